/**
 * Providers: mail sites that rest and why, how much each bears, how TLS went, and where mail to a domain goes.
 */
import { linkTo } from '../client/place.ts'
import { say } from '../language/say.ts'
import { Field, givenIn } from '../part/fields.tsx'
import { useAnswer, useSettled } from '../part/hooks.ts'
import { Button, Empty, Foreign, Mark, ProblemNote, Section, Waiting, When, Wide } from '../part/parts.tsx'
import { RouteTable } from '../part/route.tsx'
import { number } from '../part/written.ts'
import { Standing } from './standing.tsx'
import { Windows } from './windows.tsx'

export function ProvidersPage({ query }: { readonly query: URLSearchParams }) {
  const domain = query.get('domain') ?? ''
  return (
    <>
      <Paused />
      <Windows />
      <Standing />
      <Section title={say('providers.route')}>
        <form
          class="fields filter"
          onSubmit={event => {
            event.preventDefault()
            location.hash = linkTo(['providers'], { domain: givenIn(event.currentTarget).domain })
          }}
        >
          <Field label={say('providers.route.domain')} name="domain" value={domain} required />
          <Button type="submit">{say('providers.route.ask')}</Button>
        </form>
        {domain !== '' && <RouteTable domain={domain} />}
      </Section>
      <Replies />
      <Tls />
    </>
  )
}

function Paused() {
  const { value, problem, again } = useAnswer('GET /v1/sites', {})
  useSettled(again)
  return (
    <Section title={say('providers.paused')} note={say('providers.paused.note')}>
      {problem !== undefined && <ProblemNote problem={problem} again={again} />}
      {value === undefined && problem === undefined && <Waiting rows={2} />}
      {value?.paused.length === 0 && <Empty>{say('providers.paused.none')}</Empty>}
      {value !== undefined && value.paused.length > 0 && (
        <Wide label={say('providers.paused')}>
          <table>
            <thead>
              <tr>
                <th scope="col">{say('providers.site')}</th>
                <th scope="col">{say('providers.since')}</th>
                <th scope="col">{say('providers.until')}</th>
                <th scope="col">{say('providers.because')}</th>
              </tr>
            </thead>
            <tbody>
              {value.paused.map(({ site, since, until, because }) => (
                <tr key={site}>
                  <th scope="row">{site}</th>
                  <td>
                    <When at={since} />
                  </td>
                  <td>
                    <When at={until} as="ago" />
                  </td>
                  <td>
                    <Foreign>{because}</Foreign>
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </Wide>
      )}
    </Section>
  )
}

function Replies() {
  const { value, problem, again } = useAnswer('GET /v1/replies', { query: { hours: 24 } })
  useSettled(again)
  return (
    <Section title={say('providers.replies')} note={say('providers.replies.note')}>
      {problem !== undefined && <ProblemNote problem={problem} again={again} />}
      {value === undefined && problem === undefined && <Waiting rows={3} />}
      {value?.replies.length === 0 && <Empty>{say('providers.replies.none')}</Empty>}
      <ul class="replies">
        {value?.replies.map(({ rule, code, permanence, times, last, remedy }) => (
          <li key={`${rule} ${code}`}>
            <span class="number">{number(times)}</span>
            <div>
              <p>
                <Mark tone={permanence === 'permanent' ? 'bad' : 'wait'}>{code}</Mark> <Foreign>{last.detail}</Foreign>
              </p>
              <p class="note">
                <code>{rule}</code>
                {last.host !== undefined && <Foreign>{last.host}</Foreign>} <When at={last.at} />{' '}
                <a href={linkTo(['messages', last.messageId])}>
                  <Foreign>{last.recipient}</Foreign>
                </a>
              </p>
              {last.reply !== undefined && (
                <p class="reply">
                  <Foreign>{last.reply}</Foreign>
                </p>
              )}
              {remedy !== undefined && <p>{say('providers.replies.remedy', { remedy })}</p>}
            </div>
          </li>
        ))}
      </ul>
    </Section>
  )
}

interface Tally {
  readonly policy: { readonly type: string }
  readonly good: number
  readonly bad: number
}

/** By domain and kind of policy, most failures first. */
function sumsOf(days: readonly { readonly domain: string; readonly tallies?: unknown }[]) {
  const sums = new Map<string, { domain: string; policy: string; good: number; bad: number }>()
  for (const { domain, tallies } of days)
    for (const { policy, good, bad } of (tallies ?? []) as readonly Tally[]) {
      const key = `${domain} ${policy.type}`
      const before = sums.get(key) ?? { domain, policy: policy.type, good: 0, bad: 0 }
      sums.set(key, { ...before, good: before.good + good, bad: before.bad + bad })
    }
  return [...sums.values()].sort((a, b) => b.bad - a.bad || b.good - a.good)
}

function Tls() {
  const { value, problem, again } = useAnswer('GET /v1/tls', { query: { days: 7 } })
  const sums = sumsOf(value?.days ?? [])
  return (
    <Section title={say('providers.tls')} note={say('providers.tls.note')}>
      {problem !== undefined && <ProblemNote problem={problem} again={again} />}
      {value === undefined && problem === undefined && <Waiting rows={3} />}
      {value !== undefined && sums.length === 0 && <Empty>{say('providers.tls.none')}</Empty>}
      {sums.length > 0 && (
        <Wide label={say('providers.tls')}>
          <table>
            <thead>
              <tr>
                <th scope="col">{say('providers.tls.domain')}</th>
                <th scope="col">{say('providers.tls.policy')}</th>
                <th scope="col" class="number">
                  {say('providers.tls.good')}
                </th>
                <th scope="col" class="number">
                  {say('providers.tls.bad')}
                </th>
              </tr>
            </thead>
            <tbody>
              {sums.map(({ domain, policy, good, bad }) => (
                <tr key={`${domain} ${policy}`}>
                  <th scope="row">
                    <a href={linkTo(['messages'], { q: `to:@${domain}` })}>{domain}</a>
                  </th>
                  <td>{policy}</td>
                  <td class="number">{number(good)}</td>
                  <td class={`number ${bad > 0 ? 'bad' : ''}`}>{number(bad)}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </Wide>
      )}
    </Section>
  )
}
