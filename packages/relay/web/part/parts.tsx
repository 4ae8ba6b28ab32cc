/**
 * Parts: the small things of every page: a time, a state, a button, something to copy, what went wrong.
 *
 * Policy. A state is told by its word and by the shape of its mark, never by colour alone. What a sender or a mail host wrote is text and
 * nothing else, with its direction isolated.
 */
import { Refused } from '../client/ask.ts'
import { later } from '../client/clock.ts'
import { say } from '../language/say.ts'
import { type ComponentChildren, type JSX, useEffect, useRef, useState } from '../view/view.ts'
import { useNow } from './hooks.ts'
import { tell } from './tell.tsx'
import { distance, moment, shortMoment } from './written.ts'

export const STATES = [
  'waiting',
  'running',
  'deferred',
  'held',
  'delivered',
  'bounced',
  'expired',
  'cancelled',
] as const
export type State = (typeof STATES)[number]

/** Which colour and mark. */
const TONES = {
  waiting: 'plain',
  running: 'plain',
  deferred: 'wait',
  held: 'held',
  delivered: 'good',
  bounced: 'bad',
  expired: 'bad',
  cancelled: 'plain',
} as const satisfies Record<State, Tone>
export type Tone = 'plain' | 'good' | 'wait' | 'bad' | 'held'

export function StateMark({ state }: { readonly state: State }) {
  return <Mark tone={TONES[state]}>{say(`state.${state}`)}</Mark>
}

export function Mark({ tone, children }: { readonly tone: Tone; readonly children: ComponentChildren }) {
  return <span class={`mark ${tone}`}>{children}</span>
}

/** `short`: as short as it is clear; `ago`: how far from now. The whole is in the title. */
export function When({ at, as = 'short' }: { readonly at: number; readonly as?: 'short' | 'ago' | 'whole' }) {
  const now = useNow()
  const text = as === 'ago' ? distance(at, now) : as === 'whole' ? moment(at) : shortMoment(at, now)
  return (
    <time dateTime={new Date(at).toISOString()} title={moment(at)}>
      {text}
    </time>
  )
}

/** What somebody else wrote. */
export function Foreign({ children, class: name = '' }: { readonly children: string; readonly class?: string }) {
  return <bdi class={name}>{children}</bdi>
}

const MOMENT = /(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ)/

/** A sentence of the relay, whose moments become those of the reader. */
export function Sentence({ children }: { readonly children: string }) {
  return (
    <bdi>
      {children
        .split(MOMENT)
        .map((part, at) => (at % 2 === 1 ? <When key={at} at={Date.parse(part)} as="whole" /> : part))}
    </bdi>
  )
}

type ButtonProps = JSX.IntrinsicElements['button'] & { readonly tone?: 'main' | 'quiet' | 'danger' }

export function Button({ tone = 'quiet', class: name = '', ...rest }: ButtonProps) {
  return <button type="button" class={`button ${tone} ${name}`} {...rest} />
}

interface CopyProps {
  readonly text: string
  /** What it is called for who does not see what stands beside it. */
  readonly label: string
  /** @default a short word */
  readonly children?: string
}

export function CopyButton({ text, label, children = say('copy') }: CopyProps) {
  const [isCopied, setIsCopied] = useState(false)
  const stop = useRef(() => {})
  useEffect(() => () => stop.current(), [])
  const copy = async (): Promise<void> => {
    await navigator.clipboard.writeText(text)
    setIsCopied(true)
    tell(say('copy.done'))
    stop.current()
    stop.current = later(2000, () => setIsCopied(false))
  }
  return (
    <button
      type="button"
      class="button copy"
      aria-label={label}
      onClick={() => copy().catch(() => tell(say('copy.failed')))}
    >
      {isCopied ? say('copy.copied') : children}
    </button>
  )
}

/** A command to type on the host. */
export function Command({ children }: { readonly children: string }) {
  return (
    <span class="command">
      <code>{children}</code>
      <CopyButton text={children} label={say('copy.command', { command: children })} />
    </span>
  )
}

export function ProblemNote({ problem, again }: { readonly problem: Error; readonly again?: () => void }) {
  const fix = problem instanceof Refused ? problem.fix : undefined
  const text = problem instanceof Refused ? problem.message : say('problem.unreachable')
  return (
    <div class="problem" role="alert">
      <p>
        <strong>{say('problem')}</strong> {text}
      </p>
      {fix !== undefined && <p>{say('problem.fix', { fix })}</p>}
      {again !== undefined && <Button onClick={again}>{say('problem.again')}</Button>}
    </div>
  )
}

/** A part of a page under a heading. */
export function Section(props: {
  readonly title: string
  readonly note?: ComponentChildren
  readonly tools?: ComponentChildren
  readonly children: ComponentChildren
  readonly class?: string
}) {
  return (
    <section class={`panel ${props.class ?? ''}`}>
      <header>
        <h2>{props.title}</h2>
        {props.tools !== undefined && <div class="tools">{props.tools}</div>}
      </header>
      {props.note !== undefined && <p class="note">{props.note}</p>}
      {props.children}
    </section>
  )
}

export function Empty({ children }: { readonly children: ComponentChildren }) {
  return <p class="empty">{children}</p>
}

/** Holds the place of what is asked for. */
export function Waiting({ rows = 3 }: { readonly rows?: number }) {
  return (
    <div class="waiting" role="status">
      <span class="unseen">{say('waiting')}</span>
      {Array.from({ length: rows }, (_, row) => (
        <i key={row} />
      ))}
    </div>
  )
}

/** What is wide is moved within itself, also by keyboard. */
export function Wide({ label, children }: { readonly label: string; readonly children: ComponentChildren }) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what is scrolled must be reached by keyboard
    <section class="wide" aria-label={label} tabIndex={0}>
      {children}
    </section>
  )
}

/** Pairs of a name and what it is. */
export function Pairs({ rows }: { readonly rows: readonly (readonly [string, ComponentChildren] | undefined)[] }) {
  return (
    <dl class="pairs">
      {rows.map(
        row =>
          row !== undefined && (
            <div key={row[0]}>
              <dt>{row[0]}</dt>
              <dd>{row[1]}</dd>
            </div>
          ),
      )}
    </dl>
  )
}
