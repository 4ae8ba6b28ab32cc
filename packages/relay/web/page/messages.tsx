/**
 * Messages: all of them, newest first, found by what is typed, which stands in the address of the page.
 *
 * Not here: how what is typed is read (client/search-words.ts), one message (message.tsx).
 */
import { now } from '../client/clock.ts'
import { linkTo } from '../client/place.ts'
import { readSearch, type SearchProblem, STATES, WORDS } from '../client/search-words.ts'
import { say } from '../language/say.ts'
import { useSettled } from '../part/hooks.ts'
import { MessageList } from '../part/message-list.tsx'
import { Button, Command, Empty, ProblemNote, Waiting } from '../part/parts.tsx'
import { list } from '../part/written.ts'
import { useEffect, useId, useMemo, useRef, useState } from '../view/view.ts'
import { type LookBack, useLookBack } from './look-back.ts'

export function MessagesPage({ query }: { readonly query: URLSearchParams }) {
  const text = query.get('q') ?? ''
  const search = useMemo(() => readSearch(text, now()), [text])
  const isId = 'id' in search && search.id !== undefined
  useEffect(() => {
    if (isId) location.replace(linkTo(['messages', search.id ?? '']))
  }, [isId, search])
  const found = useLookBack('problem' in search || isId ? undefined : search.query)
  return (
    <>
      <SearchField text={text} problem={'problem' in search ? search : undefined} />
      <StateFilter text={text} />
      {'problem' in search ? null : <FoundList found={found} isAll={text === ''} />}
    </>
  )
}

function SearchField({ text, problem }: { readonly text: string; readonly problem: SearchProblem | undefined }) {
  const id = useId()
  const field = useRef<HTMLInputElement>(null)
  useEffect(() => {
    if (field.current !== null) field.current.value = text
  }, [text])
  return (
    <search class="search">
      <form
        onSubmit={event => {
          event.preventDefault()
          location.hash = linkTo(['messages'], { q: field.current?.value.trim() })
        }}
      >
        <label for={id} class="unseen">
          {say('search.label')}
        </label>
        <input
          ref={field}
          id={id}
          type="search"
          placeholder={say('search.placeholder')}
          autocomplete="off"
          autocapitalize="none"
          spellcheck={false}
          aria-invalid={problem !== undefined}
          aria-describedby={`${id}-said`}
        />
        <Button type="submit" tone="main">
          {say('search.action')}
        </Button>
      </form>
      <p id={`${id}-said`} class="said" role="alert">
        {problem !== undefined && wordsOf(problem)}
      </p>
      <details>
        <summary>{say('search.help')}</summary>
        <dl class="words">
          {WORDS.map(word => (
            <div key={word}>
              <dt>
                <code>{word}:</code>
              </dt>
              <dd>{say(`word.${word}`)}</dd>
            </div>
          ))}
        </dl>
        <p class="note">{say('search.help.free')}</p>
      </details>
    </search>
  )
}

function wordsOf({ problem, found }: SearchProblem): string {
  return problem === 'status'
    ? say('search.problem.status', { found, states: list(STATES) })
    : say(`search.problem.${problem}`, { found })
}

const SHOWN = ['waiting', 'deferred', 'held', 'delivered', 'bounced', 'expired'] as const
const STATUS = /\bstatus:\S*\s?/g

function StateFilter({ text }: { readonly text: string }) {
  const rest = text.replace(STATUS, '').trim()
  const current = /\bstatus:(\S+)/.exec(text)?.[1]
  const link = (state?: string): string =>
    linkTo(['messages'], { q: state === undefined ? rest : `${rest} status:${state}`.trim() })
  return (
    <nav class="chips" aria-label={say('messages.filter')}>
      <a href={link()} aria-current={current === undefined ? 'true' : undefined}>
        {say('messages.all')}
      </a>
      {SHOWN.map(state => (
        <a key={state} href={link(state)} aria-current={current === state ? 'true' : undefined}>
          {say(`state.${state}`)}
        </a>
      ))}
    </nav>
  )
}

function FoundList({ found, isAll }: { readonly found: LookBack; readonly isAll: boolean }) {
  const { messages, next, isLooking, problem, more, again, renew } = found
  const [fresh, setFresh] = useState(0)
  useSettled(events => {
    const shown = new Set(messages.map(({ id }) => id))
    renew(events.map(({ data }) => data.messageId).filter(id => shown.has(id)))
    setFresh(before => before + events.filter(({ kind }) => kind === 'queued').length)
  })
  const show = (): void => {
    setFresh(0)
    again()
  }
  if (problem !== undefined) return <ProblemNote problem={problem} again={again} />
  return (
    <div class="list" aria-busy={isLooking}>
      <p class="fresh" role="status">
        {fresh > 0 && <Button onClick={show}>{say('messages.new', { count: fresh })}</Button>}
      </p>
      {messages.length > 0 && <MessageList messages={messages} label={say('messages.list')} />}
      {isLooking && <Waiting rows={messages.length === 0 ? 8 : 1} />}
      {!isLooking && messages.length === 0 && next === undefined && (
        <Empty>{isAll ? <FirstMessage /> : say('messages.none')}</Empty>
      )}
      {!isLooking && next !== undefined && (
        <Button class="more" onClick={more}>
          {messages.length === 0 ? say('more.further') : say('more.show')}
        </Button>
      )}
    </div>
  )
}

function FirstMessage() {
  const [before = '', after = ''] = say('messages.none.yet', { command: '\n' }).split('\n')
  return (
    <>
      {before}
      <Command>postrider send --to you@example.com</Command>
      {after}
    </>
  )
}
