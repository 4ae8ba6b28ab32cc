/**
 * Message: one message: what became of it and why, what happens next and when, and what can be done.
 *
 * Not here: what it holds (message-content.tsx), what is asked before something is done (part/acts.tsx).
 */
import { Refused } from '../client/ask.ts'
import type { Message } from '../client/routes.ts'
import { say } from '../language/say.ts'
import { ACTS, type Act, useActs } from '../part/acts.tsx'
import { Confirm } from '../part/confirm.tsx'
import { useAnswer, useSettled } from '../part/hooks.ts'
import { stateOf, subjectOf } from '../part/message-list.tsx'
import {
  Button,
  Command,
  CopyButton,
  Empty,
  Foreign,
  Pairs,
  ProblemNote,
  Section,
  Sentence,
  StateMark,
  Waiting,
  When,
} from '../part/parts.tsx'
import { useMay } from '../part/who.ts'
import { bytes, sender } from '../part/written.ts'
import { MessageContent } from './message-content.tsx'
import { Preflight, Security } from './message-route.tsx'
import { Timeline } from './message-timeline.tsx'
import type { Story } from './story.ts'

export function MessagePage({ id }: { readonly id: string }) {
  const { value, problem, again } = useAnswer('GET /v1/messages/{id}/story', { path: { id } })
  useSettled(events => {
    if (events.some(({ data }) => data.messageId === id)) again()
  })
  if (problem instanceof Refused && problem.status === 404) return <Empty>{say('message.gone')}</Empty>
  if (problem !== undefined) return <ProblemNote problem={problem} again={again} />
  if (value === undefined) return <Waiting rows={10} />
  return <Whole story={value} again={again} />
}

function Whole({ story, again }: { readonly story: Story; readonly again: () => void }) {
  const { entry } = story
  return (
    <>
      <Head entry={entry} again={again} />
      <div class="columns">
        <div>
          <Next story={story} />
          <Recipients entry={entry} />
          <Timeline story={story} />
          <MessageContent entry={entry} />
        </div>
        <aside>
          <About entry={entry} />
          <Security story={story} />
          <Preflight story={story} />
        </aside>
      </div>
    </>
  )
}

function Head({ entry, again }: { readonly entry: Message; readonly again: () => void }) {
  const { question, start, close } = useActs(again)
  const mayOperate = useMay('operate')
  const isOpen = mayOperate && entry.recipients.some(({ state }) => state === 'waiting' || state === 'deferred')
  const isHeld = entry.held !== undefined
  const may: Readonly<Record<Act, boolean>> = {
    hold: isOpen && !isHeld,
    release: isOpen && isHeld,
    retry: isOpen && !isHeld,
    cancel: isOpen,
  }
  return (
    <div class="head">
      <p class="title">
        <StateMark state={stateOf(entry)} /> <Foreign class="subject">{subjectOf(entry)}</Foreign>
      </p>
      {isOpen && (
        <fieldset class="tools">
          <legend class="unseen">{say('message.actions')}</legend>
          {ACTS.filter(act => may[act]).map(act => (
            <Button
              key={act}
              tone={act === 'cancel' ? 'danger' : 'quiet'}
              onClick={() => start(act, { ids: [entry.id], command: `postrider queue ${act} ${entry.id}`, count: 1 })}
            >
              {say(`act.${act}`)}
            </Button>
          ))}
        </fieldset>
      )}
      <Confirm question={question} close={close} />
    </div>
  )
}

/** What the story says after its last fact. */
function Next({ story: { facts, lines } }: { readonly story: Story }) {
  return (
    <Section title={say('message.next')} class="next">
      {lines.slice(facts.length).map(({ text, detail }) => (
        <div key={text}>
          <p>
            <Sentence>{text}</Sentence>
          </p>
          {detail?.split('\n').map(line => (
            <p key={line} class="note">
              <Sentence>{line}</Sentence>
            </p>
          ))}
        </div>
      ))}
    </Section>
  )
}

function Recipients({ entry }: { readonly entry: Message }) {
  return (
    <Section title={say('message.recipients')}>
      <ul class="recipients">
        {entry.recipients.map(({ address, state, attempts, lastReply }) => (
          <li key={address}>
            <StateMark
              state={entry.held !== undefined && (state === 'waiting' || state === 'deferred') ? 'held' : state}
            />
            <Foreign class="address">{address}</Foreign>
            <span class="note">{attempts > 0 && say('message.attempts', { count: attempts })}</span>
            {lastReply !== undefined && (
              <span class="reply">
                <Foreign>{lastReply}</Foreign>
              </span>
            )}
          </li>
        ))}
      </ul>
    </Section>
  )
}

function About({ entry }: { readonly entry: Message }) {
  const { card, tags } = entry
  const named = Object.entries(tags)
  const text = (name: string, value: string | undefined) =>
    value === undefined ? undefined : ([name, <Foreign key={name}>{value}</Foreign>] as const)
  return (
    <Section title={say('message.about')}>
      <Pairs
        rows={[
          text(say('message.from'), card?.from),
          text(say('message.to'), card?.to),
          text(say('message.cc'), card?.cc),
          text(say('message.envelope'), sender(entry.from)),
          [say('message.accepted'), <When key="at" at={entry.acceptedAt} as="whole" />],
          [say('message.expires'), <When key="at" at={entry.expiresAt} as="whole" />],
          [say('message.size'), bytes(entry.sizeBytes)],
          text(say('message.account'), entry.account),
          text(say('message.via'), entry.via),
          text(say('message.priority'), entry.priority),
          text(say('message.header-id'), entry.messageId),
          named.length === 0
            ? undefined
            : [
                say('message.tags'),
                <Foreign key="tags">{named.map(([name, value]) => `${name}=${value}`).join(', ')}</Foreign>,
              ],
          [
            say('message.id'),
            <span key="id" class="command">
              <code>{entry.id}</code>
              <CopyButton text={entry.id} label={say('copy.command', { command: entry.id })} />
            </span>,
          ],
        ]}
      />
      <p class="same">
        {say('message.same')} <Command>{`postrider explain ${entry.id}`}</Command>
      </p>
    </Section>
  )
}
