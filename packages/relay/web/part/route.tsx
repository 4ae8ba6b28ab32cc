/**
 * RouteTable: where mail to a domain goes now, in what order, how safely.
 */
import { say } from '../language/say.ts'
import { useAnswer } from './hooks.ts'
import { Empty, ProblemNote, Waiting, Wide } from './parts.tsx'
import { list } from './written.ts'

interface Hop {
  readonly host: string
  readonly address: string
  readonly preference?: number
  readonly tls?: { readonly level: string; readonly sources: readonly string[] }
  readonly limits?: { readonly connections: number }
}

export function RouteTable({ domain }: { readonly domain: string }) {
  const { value, problem, again } = useAnswer('GET /v1/route', { query: { domain } })
  if (problem !== undefined) return <ProblemNote problem={problem} again={again} />
  if (value === undefined) return <Waiting rows={2} />
  if (value.kind === 'no-route') return <Empty>{say('refused.no-route', { detail: value.detail ?? '' })}</Empty>
  const hops = (value.hops ?? []) as readonly Hop[]
  const skipped = (value.skipped ?? []) as readonly { readonly host: string; readonly because: string }[]
  return (
    <>
      <p class="note">
        {say('route.site', { site: value.site ?? '', connections: hops[0]?.limits?.connections ?? 0 })}
      </p>
      <Wide label={say('refused.route', { domain })}>
        <table>
          <thead>
            <tr>
              <th scope="col">{say('route.hop')}</th>
              <th scope="col">{say('route.address')}</th>
              <th scope="col" class="number">
                {say('route.preference')}
              </th>
              <th scope="col">{say('route.tls')}</th>
            </tr>
          </thead>
          <tbody>
            {hops.map(({ host, address, preference, tls }) => (
              <tr key={`${host} ${address}`}>
                <th scope="row">{host}</th>
                <td>{address}</td>
                <td class="number">{preference}</td>
                <td>{tls !== undefined && tlsText(tls)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </Wide>
      {skipped.length > 0 && (
        <p class="note">
          {say('route.skipped', { hosts: list(skipped.map(({ host, because }) => `${host} (${because})`)) })}
        </p>
      )}
    </>
  )
}

function tlsText({ level, sources }: NonNullable<Hop['tls']>): string {
  return sources.every(source => source === 'default')
    ? say('route.tls.level.alone', { level })
    : say('route.tls.level', { level, sources: list(sources) })
}
