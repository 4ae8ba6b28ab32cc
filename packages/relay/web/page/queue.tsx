/**
 * Queue: what waits, oldest first, and many at once held, released, tried or taken back.
 *
 * Policy. What is done to many says before how many they are, by a dry run of the relay. What is not shown is only touched when that was
 * said.
 */
import { linkTo } from '../client/place.ts'
import type { Message } from '../client/routes.ts'
import { say } from '../language/say.ts'
import { ACTS, type Act, type Chosen, useActs } from '../part/acts.tsx'
import { Confirm } from '../part/confirm.tsx'
import { Field, givenIn, Select } from '../part/fields.tsx'
import { Figure } from '../part/figure.tsx'
import { useAnswer, useSettled } from '../part/hooks.ts'
import { MessageList, subjectOf } from '../part/message-list.tsx'
import { Button, Empty, ProblemNote, Waiting, When } from '../part/parts.tsx'
import { useMay } from '../part/who.ts'
import { number } from '../part/written.ts'
import { useState } from '../view/view.ts'

const STATES = ['waiting', 'running', 'deferred', 'held'] as const
const LIMIT = 100

interface Filter {
  readonly state?: (typeof STATES)[number]
  readonly domain?: string
  readonly from?: string
  readonly account?: string
}

function filterOf(query: URLSearchParams): Filter {
  const state = STATES.find(each => each === query.get('state'))
  const given = (name: 'domain' | 'from' | 'account') => {
    const value = query.get(name)
    return value ? { [name]: value } : {}
  }
  return { ...(state && { state }), ...given('domain'), ...given('from'), ...given('account') }
}

export function QueuePage({ query }: { readonly query: URLSearchParams }) {
  const filter = filterOf(query)
  const after = query.get('after') ?? undefined
  const counts = useAnswer('GET /v1/queue', {})
  const page = useAnswer('GET /v1/queue/messages', { query: { ...filter, limit: LIMIT, after } })
  const renew = (): void => {
    counts.again()
    page.again()
  }
  useSettled(renew)
  return (
    <>
      <Counts value={counts.value} />
      <FilterForm key={query.toString()} filter={filter} />
      {page.problem !== undefined && <ProblemNote problem={page.problem} again={page.again} />}
      {page.value === undefined && page.problem === undefined && <Waiting rows={8} />}
      {page.value !== undefined && (
        // What was chosen among others is chosen no more.
        <Bulk
          key={JSON.stringify(filter)}
          messages={page.value.messages}
          filter={filter}
          renew={renew}
          hasMore={page.value.next !== undefined || after !== undefined}
        />
      )}
      {page.value?.next !== undefined && (
        <a class="button more" href={linkTo(['queue'], { ...filter, after: page.value.next })}>
          {say('more.show')}
        </a>
      )}
    </>
  )
}

interface QueueCounts {
  readonly messages: number
  readonly due: number
  readonly running: number
  readonly held: number
  readonly oldestAcceptedAt?: number | undefined
}

export function Counts({ value }: { readonly value: QueueCounts | undefined }) {
  const shown = (count: number | undefined) => (count === undefined ? '–' : number(count))
  return (
    <div class="figures">
      <Figure name={say('queue.waiting')} value={shown(value?.messages)} href={linkTo(['queue'])} />
      <Figure name={say('queue.due-now')} value={shown(value?.due)} href={linkTo(['queue'], { state: 'waiting' })} />
      <Figure
        name={say('state.running')}
        value={shown(value?.running)}
        href={linkTo(['queue'], { state: 'running' })}
      />
      <Figure
        name={say('state.held')}
        value={shown(value?.held)}
        href={linkTo(['queue'], { state: 'held' })}
        tone={value?.held ? 'held' : ''}
      />
      <Figure
        name={say('queue.oldest')}
        value={value?.oldestAcceptedAt === undefined ? '–' : <When at={value.oldestAcceptedAt} as="ago" />}
        href={linkTo(['queue'])}
      />
    </div>
  )
}

function FilterForm({ filter }: { readonly filter: Filter }) {
  const submit = (form: HTMLFormElement): void => {
    location.hash = linkTo(['queue'], givenIn(form))
  }
  return (
    <form
      class="fields filter"
      onSubmit={event => {
        event.preventDefault()
        submit(event.currentTarget)
      }}
    >
      <Select
        label={say('queue.state')}
        name="state"
        value={filter.state ?? ''}
        options={[['', say('queue.state.any')], ...STATES.map(state => [state, say(`state.${state}`)] as const)]}
      />
      <Field label={say('queue.domain')} name="domain" value={filter.domain ?? ''} />
      <Field label={say('queue.from')} name="from" value={filter.from ?? ''} />
      <Field label={say('queue.account')} name="account" value={filter.account ?? ''} />
      <Button type="submit">{say('queue.filter')}</Button>
    </form>
  )
}

function dueOf({ dueAt, acceptedAt }: Message) {
  return dueAt === undefined ? <When at={acceptedAt} /> : <When at={dueAt} as="ago" />
}

interface BulkProps {
  readonly messages: readonly Message[]
  readonly filter: Filter
  readonly renew: () => void
  readonly hasMore: boolean
}

function Bulk({ messages, filter, renew, hasMore }: BulkProps) {
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set())
  const [isAll, setIsAll] = useState(false)
  const { question, start, close } = useActs(renew)
  const mayOperate = useMay('operate')
  const shown = new Set(messages.map(({ id }) => id))
  // What has left the list is not meant, from the moment on at which the list is drawn without it.
  const ticked = new Set([...chosen].filter(id => shown.has(id)))
  if (messages.length === 0)
    return <Empty>{Object.keys(filter).length > 0 ? say('queue.none.fits') : say('queue.none')}</Empty>
  const tick = (id: string): void =>
    setChosen(new Set(ticked.has(id) ? [...ticked].filter(each => each !== id) : [...ticked, id]))
  const begin = (act: Act): void => start(act, isAll ? allOf(act, filter) : someOf(act, [...ticked]))
  const isFull = ticked.size === messages.length
  if (!mayOperate) return <MessageList messages={messages} label={say('queue.list')} when={dueOf} />
  return (
    <>
      <fieldset class="bulk">
        <legend class="unseen">{say('queue.bulk')}</legend>
        <label>
          <input type="checkbox" checked={isFull} onChange={() => setChosen(isFull ? new Set() : shown)} />{' '}
          {say('queue.select.page')}
        </label>
        {(hasMore || isAll) && (
          <label>
            <input type="checkbox" checked={isAll} onChange={() => setIsAll(!isAll)} /> {say('queue.take.all')}
          </label>
        )}
        <span class="note" role="status">
          {isAll ? say('queue.selected.all') : say('queue.selected', { count: ticked.size })}
        </span>
        <span class="tools">
          {ACTS.map(act => (
            <Button
              key={act}
              tone={act === 'cancel' ? 'danger' : 'quiet'}
              disabled={!isAll && ticked.size === 0}
              onClick={() => begin(act)}
            >
              {say(`act.${act}`)}
            </Button>
          ))}
        </span>
      </fieldset>
      <MessageList
        messages={messages}
        label={say('queue.list')}
        before={message => (
          <input
            type="checkbox"
            checked={ticked.has(message.id)}
            onChange={() => tick(message.id)}
            aria-label={say('queue.select', { subject: subjectOf(message) })}
          />
        )}
        when={dueOf}
      />
      <Confirm question={question} close={close} />
    </>
  )
}

function someOf(act: Act, ids: readonly string[]): Chosen {
  return { ids, command: `postrider queue ${act} ${ids.join(' ')}` }
}

function allOf(act: Act, filter: Filter): Chosen {
  // The command has no flag for a state.
  if (filter.state !== undefined) return { filter }
  const flags = Object.entries(filter).map(([name, value]) => `--${name} ${value}`)
  return { filter, command: `postrider queue ${act} ${flags.length === 0 ? '--all' : flags.join(' ')}` }
}
