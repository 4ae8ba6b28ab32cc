/**
 * Standing: how our addresses and senders stand with mail sites: what rests and why, what was learnt, how much of the day is used.
 */
import type { Routes } from '../client/routes.ts'
import { say } from '../language/say.ts'
import { useAnswer, useSettled } from '../part/hooks.ts'
import { Empty, Foreign, Mark, ProblemNote, Section, Waiting, When, Wide } from '../part/parts.tsx'
import { number } from '../part/written.ts'

type Row = Routes['GET /v1/reputation']['answer']['reputation'][number]

export function Standing() {
  const { value, problem, again } = useAnswer('GET /v1/reputation', { query: {} })
  useSettled(again)
  const rows = value?.reputation ?? []
  return (
    <Section title={say('standing.title')} note={say('standing.note')}>
      {problem !== undefined && <ProblemNote problem={problem} again={again} />}
      {value === undefined && problem === undefined && <Waiting rows={3} />}
      {value !== undefined && rows.length === 0 && <Empty>{say('standing.none')}</Empty>}
      {rows.length > 0 && (
        <Wide label={say('standing.title')}>
          <table>
            <thead>
              <tr>
                <th scope="col">{say('providers.site')}</th>
                <th scope="col">{say('standing.of')}</th>
                <th scope="col">{say('standing.rest')}</th>
                <th scope="col">{say('standing.learnt')}</th>
                <th scope="col">{say('standing.today')}</th>
              </tr>
            </thead>
            <tbody>
              {rows.map(row => (
                <StandingRow key={`${row.site} ${row.of} ${row.name}`} row={row} />
              ))}
            </tbody>
          </table>
        </Wide>
      )}
    </Section>
  )
}

function StandingRow({ row: { site, of, name, rest, learnt, warmUp } }: { readonly row: Row }) {
  return (
    <tr>
      <th scope="row">{site}</th>
      <td>
        {say(`standing.of.${of}`)} {name !== '' && name !== site && <Foreign>{name}</Foreign>}
      </td>
      <td>
        {rest !== undefined && (
          <>
            <Mark tone="wait">{say('standing.rests')}</Mark> <When at={rest.until} as="ago" />
            <p class="note">
              <Foreign>{rest.because}</Foreign>
            </p>
          </>
        )}
      </td>
      <td>
        {learnt?.connections !== undefined && <p>{say('standing.connections', { count: learnt.connections })}</p>}
        {learnt?.messagesPerConnection !== undefined && (
          <p>{say('standing.per-connection', { count: learnt.messagesPerConnection })}</p>
        )}
      </td>
      <td>{warmUp !== undefined && <Today of={warmUp} />}</td>
    </tr>
  )
}

function Today({ of: { cap, used, deferred, refused, trend } }: { readonly of: NonNullable<Row['warmUp']> }) {
  return (
    <>
      <p>
        {cap === undefined
          ? say('standing.used', { used: number(used) })
          : say('standing.used-of', { used: number(used), cap: number(cap) })}
      </p>
      {deferred + refused > 0 && (
        <p class="note">{say('standing.against', { deferred: number(deferred), refused: number(refused) })}</p>
      )}
      <p class="note">{say(`standing.trend.${trend}`)}</p>
    </>
  )
}
