/**
 * Tail: what becomes of messages, the newest first, as it becomes.
 *
 * Policy. It can be paused, so that it can be read; a screen reader is not told each line.
 */
import type { Event } from '../client/events.ts'
import { linkTo } from '../client/place.ts'
import { say } from '../language/say.ts'
import { useEvents } from '../part/hooks.ts'
import { Button, Empty, Foreign, Mark, Section, type Tone, When } from '../part/parts.tsx'
import { useState } from '../view/view.ts'

const SHOWN = 20

const TONES: Partial<Record<Event['kind'], Tone>> = {
  delivered: 'good',
  deferred: 'wait',
  delayed: 'wait',
  uncertain: 'wait',
  bounced: 'bad',
  expired: 'bad',
  complained: 'bad',
  returned: 'bad',
  suppressed: 'bad',
  held: 'held',
}

export function Tail() {
  const [events, setEvents] = useState<readonly Event[]>([])
  const [isPaused, setIsPaused] = useState(false)
  useEvents(event => {
    if (!isPaused) setEvents(before => [event, ...before].slice(0, SHOWN))
  })
  return (
    <Section
      title={say('tail.title')}
      tools={
        <Button aria-pressed={isPaused} onClick={() => setIsPaused(!isPaused)}>
          {isPaused ? say('tail.go-on') : say('tail.pause')}
        </Button>
      }
    >
      {events.length === 0 && <Empty>{say('tail.none')}</Empty>}
      <ul class="tail">
        {events.map(({ id, kind, at, data }) => (
          <li key={id}>
            <span class="at">
              <When at={at} />
            </span>
            <Mark tone={TONES[kind] ?? 'plain'}>{say(`event.${kind}`)}</Mark>
            <a href={linkTo(['messages', data.messageId])}>
              <Foreign>{whoOf(data)}</Foreign>
            </a>
            <span class="reply">{typeof data.reply === 'string' && <Foreign>{data.reply}</Foreign>}</span>
          </li>
        ))}
      </ul>
    </Section>
  )
}

function whoOf({ recipient, recipients, messageId }: Event['data']): string {
  if (recipient !== undefined) return recipient
  return Array.isArray(recipients) ? recipients.join(', ') : messageId
}
