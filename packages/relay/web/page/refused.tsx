/**
 * Refused: whether a message of a sender to some recipients would be refused, and where it would go; nothing is sent.
 */
import { linkTo } from '../client/place.ts'
import type { Routes } from '../client/routes.ts'
import { say } from '../language/say.ts'
import { CheckList } from '../part/checks.tsx'
import { Area, Field, givenIn } from '../part/fields.tsx'
import { useAnswer } from '../part/hooks.ts'
import { Button, Empty, Foreign, Mark, ProblemNote, Section, Waiting } from '../part/parts.tsx'
import { RouteTable } from '../part/route.tsx'
import { moment } from '../part/written.ts'

type Answer = Routes['POST /v1/preflight']['answer']

export function RefusedPage({ query }: { readonly query: URLSearchParams }) {
  const from = query.get('from') ?? ''
  const to = (query.get('to') ?? '').split(/[\s,]+/).filter(Boolean)
  const { value, problem, again } = useAnswer('POST /v1/preflight', from === '' ? undefined : { body: { from, to } })
  return (
    <>
      <p class="intro">{say('refused.intro')}</p>
      <form
        class="fields filter"
        onSubmit={event => {
          event.preventDefault()
          const given = givenIn(event.currentTarget)
          const link = linkTo(['refused'], { from: given.from, to: given.to })
          if (location.hash === link) again()
          else location.hash = link
        }}
      >
        <Field label={say('refused.from')} name="from" value={from} required />
        <Area label={say('refused.to')} name="to" value={to.join(' ')} hint={say('refused.to.hint')} rows={1} />
        <Button type="submit" tone="main">
          {say('refused.ask')}
        </Button>
      </form>
      {problem !== undefined && <ProblemNote problem={problem} />}
      {from !== '' && value === undefined && problem === undefined && <Waiting rows={4} />}
      <div role="status">
        {value !== undefined && (
          <p class="verdict">
            <Mark tone={value.refused ? 'bad' : 'good'}>{value.refused ? say('refused.yes') : say('refused.no')}</Mark>
          </p>
        )}
      </div>
      {value !== undefined && <Found value={value} />}
    </>
  )
}

function Found({ value: { sender, recipients } }: { readonly value: Answer }) {
  const checks = sender.checks ?? sender.clearance?.checks ?? []
  return (
    <>
      <Section title={say('refused.sender')}>
        {!sender.allowed && <p>{say('refused.sender.not-allowed')}</p>}
        {sender.refusal !== undefined && (
          <p>
            <Foreign>{sender.refusal}</Foreign>
          </p>
        )}
        {checks.length === 0 && sender.allowed && <Empty>{say('refused.sender.unchecked')}</Empty>}
        <CheckList checks={checks} />
      </Section>
      {recipients.map(({ address, suppressed, noRoute }) => (
        <Section key={address} title={address}>
          {suppressed !== undefined && (
            <p>
              <Mark tone="bad">{say('event.suppressed')}</Mark>{' '}
              {say('refused.suppressed', { until: moment(suppressed.until), detail: suppressed.detail })}
            </p>
          )}
          {noRoute !== undefined ? (
            <p>
              <Mark tone="bad">{noRoute.reason}</Mark> {say('refused.no-route', { detail: noRoute.detail })}
            </p>
          ) : (
            <RouteTable domain={address.slice(address.lastIndexOf('@') + 1)} />
          )}
        </Section>
      ))}
    </>
  )
}
