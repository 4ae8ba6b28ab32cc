/**
 * Inbox: captured mail, newest first, as it comes: found, opened, deleted.
 *
 * Policy. What is deleted is what the filter finds, and how many that are is said before.
 *
 * Not here: one message (captured.tsx).
 */
import { ask, Refused } from '../client/ask.ts'
import { type Given, linkTo } from '../client/place.ts'
import type { Routes } from '../client/routes.ts'
import { say } from '../language/say.ts'
import { Confirm, type Question } from '../part/confirm.tsx'
import { Field, givenIn } from '../part/fields.tsx'
import { useAnswer, useSettled } from '../part/hooks.ts'
import { Button, Empty, Foreign, Mark, ProblemNote, Waiting, When } from '../part/parts.tsx'
import { tell } from '../part/tell.tsx'
import { useMay } from '../part/who.ts'
import { bytes, recipients as recipientsOf, sender } from '../part/written.ts'
import { useState } from '../view/view.ts'

const FILTERS = ['to', 'from', 'subject', 'mailbox'] as const
const AT_ONCE = 50
const MOST = 500

type Captured = Routes['GET /v1/inbox']['answer']['messages'][number]

export function InboxPage({ query }: { readonly query: URLSearchParams }) {
  const filter = Object.fromEntries(
    FILTERS.flatMap(name => {
      const value = query.get(name)
      return value === null || value === '' ? [] : [[name, value]]
    }),
  ) as Given
  const [limit, setLimit] = useState(AT_ONCE)
  const { value, problem, again } = useAnswer('GET /v1/inbox', { query: { ...filter, limit } })
  const [question, setQuestion] = useState<Question>()
  const mayOperate = useMay('operate')
  // What is captured becomes something at once, and that is told.
  useSettled(again)
  if (problem instanceof Refused && problem.status === 404) return <Empty>{say('inbox.delivers')}</Empty>
  if (problem instanceof Refused && problem.status === 403) return <Empty>{say('message.content.forbidden')}</Empty>
  const count = value?.total ?? 0
  return (
    <>
      <p class="intro">{say('inbox.intro')}</p>
      <Filter filter={filter} mailboxes={value?.mailboxes ?? []} />
      {problem !== undefined && <ProblemNote problem={problem} again={again} />}
      {value === undefined && problem === undefined && <Waiting rows={8} />}
      {value !== undefined && (
        <>
          <div class="tools above">
            <p class="note" role="status">
              {say('inbox.count', { count, size: bytes(value.keptBytes) })}
            </p>
            {mayOperate && count > 0 && (
              <Button tone="danger" onClick={() => setQuestion(deletion(filter, count, again))}>
                {say('inbox.delete')}
              </Button>
            )}
          </div>
          {count === 0 && <Empty>{Object.keys(filter).length === 0 ? say('inbox.none') : say('messages.none')}</Empty>}
          {count > 0 && <List mails={value.messages} />}
          {value.messages.length < count && limit < MOST && (
            <Button class="more" onClick={() => setLimit(Math.min(MOST, limit + AT_ONCE * 2))}>
              {say('more.show')}
            </Button>
          )}
        </>
      )}
      <Confirm question={question} close={() => setQuestion(undefined)} />
    </>
  )
}

function deletion(filter: Given, count: number, again: () => void): Question {
  const isAll = Object.keys(filter).length === 0
  return {
    title: say('inbox.delete.title', { count }),
    text: <p>{isAll ? say('inbox.delete.all') : say('inbox.delete.found')}</p>,
    action: say('inbox.delete'),
    tone: 'danger',
    work: async () => {
      const { removed } = await ask('DELETE /v1/inbox', { query: isAll ? { all: true } : filter })
      tell(say('inbox.deleted', { count: removed }))
      again()
    },
  }
}

function Filter({ filter, mailboxes }: { readonly filter: Given; readonly mailboxes: readonly string[] }) {
  const { mailbox, ...fields } = filter
  return (
    <>
      <form
        class="fields filter"
        key={JSON.stringify(fields)}
        onSubmit={event => {
          event.preventDefault()
          location.hash = linkTo(['inbox'], { ...givenIn(event.currentTarget), mailbox })
        }}
      >
        <Field label={say('inbox.to')} name="to" value={filter.to ?? ''} />
        <Field label={say('inbox.from')} name="from" value={filter.from ?? ''} />
        <Field label={say('inbox.subject')} name="subject" value={filter.subject ?? ''} />
        <Button type="submit">{say('inbox.filter')}</Button>
      </form>
      {mailboxes.length > 0 && (
        <nav class="chips" aria-label={say('inbox.mailboxes')}>
          {[undefined, ...mailboxes].map(name => (
            <a
              key={name}
              href={linkTo(['inbox'], { ...fields, mailbox: name })}
              aria-current={name === mailbox ? 'page' : undefined}
            >
              {name ?? say('messages.all')}
            </a>
          ))}
        </nav>
      )}
    </>
  )
}

function List({ mails }: { readonly mails: readonly Captured[] }) {
  return (
    <ul class="rows" aria-label={say('inbox.list')}>
      {mails.map(({ id, at, from, recipients, subject, isRead, account }) => (
        <li key={id}>
          <Mark tone={isRead ? 'plain' : 'good'}>{isRead ? say('inbox.read') : say('inbox.unread')}</Mark>
          <span class="subject">
            <a href={linkTo(['inbox', id])}>
              <Foreign>{subject.trim() || say('mail.no-subject')}</Foreign>
            </a>
          </span>
          <span class="way">
            <Foreign>{sender(from)}</Foreign>
            <span class="arrow" aria-hidden="true">
              →
            </span>
            <Foreign>{recipientsOf(recipients)}</Foreign>
          </span>
          <span class="of">{account !== undefined && <Foreign>{account}</Foreign>}</span>
          <span class="at">
            <When at={at} />
          </span>
        </li>
      ))}
    </ul>
  )
}
