/**
 * Suppressions: addresses that are not mailed: which rule made each, until when; lifted, added, looked up, taken in and given out.
 */
import { ask } from '../client/ask.ts'
import { linkTo } from '../client/place.ts'
import type { Routes } from '../client/routes.ts'
import { say } from '../language/say.ts'
import { Confirm, type Question } from '../part/confirm.tsx'
import { Field, givenIn, Select } from '../part/fields.tsx'
import { useAnswer, useSettled } from '../part/hooks.ts'
import { Button, Empty, Foreign, Mark, ProblemNote, Section, Waiting, When, Wide } from '../part/parts.tsx'
import { tell } from '../part/tell.tsx'
import { useMay } from '../part/who.ts'
import { useState } from '../view/view.ts'

type Suppression = Routes['GET /v1/suppressions']['answer']['suppressions'][number]
const ORIGINS = ['bounce', 'complaint', 'unsubscribe', 'manual'] as const
/** Later than any list of ours ends by itself. */
const FOREVER = Date.UTC(2200, 0)

export function SuppressionsPage({ query }: { readonly query: URLSearchParams }) {
  const mayOperate = useMay('operate')
  const address = query.get('address') ?? ''
  const origin = ORIGINS.find(each => each === query.get('origin'))
  const after = query.get('after') ?? undefined
  const all = useAnswer('GET /v1/suppressions', address === '' ? { query: { origin, after, limit: 100 } } : undefined)
  const one = useAnswer('GET /v1/suppressions/{address}', address === '' ? undefined : { path: { address } })
  const { problem } = address === '' ? all : one
  const found = address === '' ? all.value?.suppressions : one.value === undefined ? undefined : [one.value]
  const again = (): void => (address === '' ? all.again() : one.again())
  useSettled(events => {
    if (events.some(({ kind }) => kind === 'suppressed')) again()
  })
  const isNone = found?.length === 0 || (problem !== undefined && 'status' in problem && problem.status === 404)
  return (
    <>
      <FindForm key={query.toString()} address={address} origin={origin} />
      {isNone && <Empty>{address === '' ? say('suppressions.none') : say('suppressions.not', { address })}</Empty>}
      {problem !== undefined && !isNone && <ProblemNote problem={problem} again={again} />}
      {found === undefined && problem === undefined && <Waiting rows={6} />}
      {found !== undefined && found.length > 0 && <Listed found={found} again={again} />}
      {address === '' && all.value?.next !== undefined && (
        <a class="button more" href={linkTo(['suppressions'], { origin, after: all.value.next })}>
          {say('more.show')}
        </a>
      )}
      {mayOperate && <AddForm again={again} />}
      {mayOperate && <Exchange again={again} />}
    </>
  )
}

function FindForm({ address, origin }: { readonly address: string; readonly origin: string | undefined }) {
  return (
    <form
      class="fields filter"
      onSubmit={event => {
        event.preventDefault()
        location.hash = linkTo(['suppressions'], givenIn(event.currentTarget))
      }}
    >
      <Field label={say('suppressions.address')} name="address" value={address} />
      <Select
        label={say('suppressions.origin')}
        name="origin"
        value={origin ?? ''}
        options={[['', say('queue.state.any')], ...ORIGINS.map(each => [each, say(`origin.${each}`)] as const)]}
      />
      <Button type="submit">{say('suppressions.find')}</Button>
    </form>
  )
}

function Listed({ found, again }: { readonly found: readonly Suppression[]; readonly again: () => void }) {
  const [question, setQuestion] = useState<Question>()
  const lift = (address: string): void =>
    setQuestion({
      title: say('suppressions.lift.title', { address }),
      text: <p>{say('suppressions.lift.says')}</p>,
      action: say('suppressions.lift'),
      command: `postrider suppressions remove ${address}`,
      work: async () => {
        await ask('DELETE /v1/suppressions/{address}', { path: { address } })
        tell(say('suppressions.lifted', { address }))
        again()
      },
    })
  return (
    <Section title={say('suppressions.list')} class="flush">
      <Wide label={say('suppressions.list')}>
        <table>
          <thead>
            <tr>
              <th scope="col">{say('suppressions.address')}</th>
              <th scope="col">{say('suppressions.origin')}</th>
              <th scope="col">{say('suppressions.why')}</th>
              <th scope="col">{say('suppressions.since')}</th>
              <th scope="col">{say('suppressions.until')}</th>
              <td />
            </tr>
          </thead>
          <tbody>
            {found.map(each => (
              <Row key={each.address} of={each} lift={lift} />
            ))}
          </tbody>
        </table>
      </Wide>
      <Confirm question={question} close={() => setQuestion(undefined)} />
    </Section>
  )
}

function Row({ of, lift }: { readonly of: Suppression; readonly lift: (address: string) => void }) {
  const { address, origin, rule, detail, note, since, until, messageId } = of
  const mayOperate = useMay('operate')
  return (
    <tr>
      <th scope="row">
        <Foreign>{address}</Foreign>
      </th>
      <td>
        <Mark tone={origin === 'manual' ? 'plain' : 'bad'}>{say(`origin.${origin}`)}</Mark>
      </td>
      <td class="why">
        <Foreign>{note ?? detail}</Foreign>
        <span class="note">
          <code>{rule}</code>{' '}
          {messageId !== undefined && <a href={linkTo(['messages', messageId])}>{say('suppressions.message')}</a>}
        </span>
      </td>
      <td>
        <When at={since} />
      </td>
      <td>{until > FOREVER ? say('suppressions.until.lifted') : <When at={until} />}</td>
      <td>
        {mayOperate && (
          <Button onClick={() => lift(address)} aria-label={say('suppressions.lift.label', { address })}>
            {say('suppressions.lift')}
          </Button>
        )}
      </td>
    </tr>
  )
}

function AddForm({ again }: { readonly again: () => void }) {
  const [problem, setProblem] = useState<Error>()
  const add = async (form: HTMLFormElement): Promise<void> => {
    const { address = '', note } = givenIn(form)
    try {
      await ask('POST /v1/suppressions', { body: { address, ...(note ? { note } : {}) } })
      tell(say('suppressions.added', { address }))
      form.reset()
      setProblem(undefined)
      again()
    } catch (error) {
      setProblem(error as Error)
    }
  }
  return (
    <Section title={say('suppressions.add')}>
      <form
        class="fields"
        onSubmit={event => {
          event.preventDefault()
          // Never rejects: what goes wrong is shown below.
          void add(event.currentTarget)
        }}
      >
        <Field label={say('suppressions.address')} name="address" required />
        <Field label={say('suppressions.note')} name="note" />
        <Button type="submit">{say('suppressions.add.action')}</Button>
      </form>
      {problem !== undefined && <ProblemNote problem={problem} />}
    </Section>
  )
}

function Exchange({ again }: { readonly again: () => void }) {
  const [problem, setProblem] = useState<Error>()
  const [problems, setProblems] = useState<readonly string[]>([])
  const takeIn = async (file: File): Promise<void> => {
    try {
      const { added, leftOut, problems } = await ask('POST /v1/suppressions/import', { body: await file.text() })
      tell(say('suppressions.imported', { count: added, leftOut }))
      setProblems(problems)
      setProblem(undefined)
      again()
    } catch (error) {
      setProblem(error as Error)
    }
  }
  return (
    <Section title={say('suppressions.exchange')} note={say('suppressions.exchange.note')}>
      <div class="tools">
        <a class="button" href="/v1/suppressions/export" download="suppressions.csv">
          {say('suppressions.export')}
        </a>
        <label class="button">
          {say('suppressions.import')}
          <input
            type="file"
            accept=".csv,text/csv"
            class="unseen"
            onChange={event => {
              const [file] = event.currentTarget.files ?? []
              // Never rejects: what goes wrong is shown below.
              if (file !== undefined) void takeIn(file)
            }}
          />
        </label>
      </div>
      {problems.map(line => (
        <p key={line} class="note">
          <Foreign>{line}</Foreign>
        </p>
      ))}
      {problem !== undefined && <ProblemNote problem={problem} />}
    </Section>
  )
}
