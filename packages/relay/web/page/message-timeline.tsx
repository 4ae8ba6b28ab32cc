/**
 * Timeline: what happened to a message, in order: each fact in a sentence, what the mail host said, what that means, and what can be done.
 */
import type { Fact } from '../client/routes.ts'
import { say } from '../language/say.ts'
import { Dialogue } from '../part/dialogue.tsx'
import { Section, Sentence, type Tone, When } from '../part/parts.tsx'
import type { Story } from './story.ts'

const TONES: Partial<Record<Fact['fact']['kind'], Tone>> = {
  delivered: 'good',
  deferred: 'wait',
  delayed: 'wait',
  uncertain: 'wait',
  bounced: 'bad',
  expired: 'bad',
  complained: 'bad',
  suppressed: 'bad',
  held: 'held',
}

export function Timeline({ story: { facts, lines } }: { readonly story: Story }) {
  return (
    <Section title={say('message.timeline')}>
      <ol class="timeline">
        {facts.map((numbered, at) => (
          <Entry key={numbered.number} fact={numbered.fact} text={lines[at]?.text ?? ''} detail={lines[at]?.detail} />
        ))}
      </ol>
    </Section>
  )
}

interface EntryProps {
  readonly fact: Fact['fact']
  readonly text: string
  readonly detail: string | undefined
}

function Entry({ fact, text, detail }: EntryProps) {
  const transcript = Array.isArray(fact.transcript) ? (fact.transcript as readonly string[]) : []
  const lines = detail?.split('\n') ?? []
  const said = transcript.length > 0 ? lines.slice(0, -transcript.length) : lines
  return (
    <li class={TONES[fact.kind] ?? 'plain'}>
      <span class="at">
        <When at={fact.at} as="whole" />
      </span>
      <p>
        <Sentence>{text}</Sentence>
      </p>
      {said.map(line => (
        <p key={line} class="note">
          <Sentence>{line}</Sentence>
        </p>
      ))}
      {transcript.length > 0 && <Dialogue lines={transcript} of={fact.recipient ?? ''} />}
    </li>
  )
}
