/**
 * MessageList: messages as rows: what became of each, its subject, from whom to whom, since when.
 */
import { linkTo } from '../client/place.ts'
import type { Message } from '../client/routes.ts'
import { say } from '../language/say.ts'
import type { ComponentChildren } from '../view/view.ts'
import { Foreign, type State, StateMark, When } from './parts.tsx'
import { recipients, sender } from './written.ts'

/** Worst first: a message is as its recipient that is worst off. */
const WORST = ['bounced', 'expired', 'deferred', 'running', 'waiting', 'cancelled', 'delivered'] as const

export function stateOf({ recipients, held }: Message): State {
  const states = new Set(recipients.map(({ state }) => state))
  if (held !== undefined && (states.has('waiting') || states.has('deferred'))) return 'held'
  return WORST.find(state => states.has(state)) ?? 'delivered'
}

export function subjectOf({ card }: Message): string {
  return card?.subject?.trim() || say('mail.no-subject')
}

interface MessageListProps {
  readonly messages: readonly Message[]
  readonly label: string
  readonly from?: string
  /** What stands before a row, such as a box to tick. */
  readonly before?: (message: Message) => ComponentChildren
  readonly when?: (message: Message) => ComponentChildren
}

export function MessageList({ messages, label, before, when }: MessageListProps) {
  return (
    <ul class={`rows ${before ? 'ticked' : ''}`} aria-label={label}>
      {messages.map(message => (
        <li key={message.id}>
          {before?.(message)}
          <StateMark state={stateOf(message)} />
          <span class="subject">
            <a href={linkTo(['messages', message.id])}>
              <Foreign>{subjectOf(message)}</Foreign>
            </a>
          </span>
          <span class="way">
            <Foreign>{sender(message.from)}</Foreign>
            <span class="arrow" aria-hidden="true">
              →
            </span>
            <Foreign>{recipients(message.recipients.map(({ address }) => address))}</Foreign>
          </span>
          <span class="of">{message.account !== undefined && <Foreign>{message.account}</Foreign>}</span>
          <span class="at">{when?.(message) ?? <When at={message.acceptedAt} />}</span>
        </li>
      ))}
    </ul>
  )
}
