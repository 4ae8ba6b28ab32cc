/**
 * Windows: mail sites that are delivered to, and how many deliveries at once each bears just now.
 */
import { say } from '../language/say.ts'
import { useAnswer, useSettled } from '../part/hooks.ts'
import { Empty, Mark, ProblemNote, Section, Waiting, When, Wide } from '../part/parts.tsx'
import { number } from '../part/written.ts'

export function Windows() {
  const { value, problem, again } = useAnswer('GET /v1/sites', {})
  useSettled(again)
  return (
    <Section title={say('windows.title')} note={say('windows.note')}>
      {problem !== undefined && <ProblemNote problem={problem} again={again} />}
      {value === undefined && problem === undefined && <Waiting rows={2} />}
      {value?.sites.length === 0 && <Empty>{say('windows.none')}</Empty>}
      {value !== undefined && value.sites.length > 0 && (
        <Wide label={say('windows.title')}>
          <table>
            <thead>
              <tr>
                <th scope="col">{say('providers.site')}</th>
                {(['window', 'running', 'waiting', 'domains'] as const).map(column => (
                  <th key={column} scope="col" class="number">
                    {say(`windows.${column}`)}
                  </th>
                ))}
                <th scope="col">{say('standing.rest')}</th>
              </tr>
            </thead>
            <tbody>
              {value.sites.map(({ site, source = '', domains, window, limit, running, waiting, pausedUntil }) => (
                <tr key={`${site} ${source}`}>
                  <th scope="row">
                    {site} {source !== '' && <span class="note">{source}</span>}
                  </th>
                  <td class="number">{say('windows.of', { window: number(window), limit: number(limit) })}</td>
                  <td class="number">{number(running)}</td>
                  <td class="number">{number(waiting)}</td>
                  <td class="number">{number(domains)}</td>
                  <td>
                    {pausedUntil !== undefined && (
                      <>
                        <Mark tone="wait">{say('standing.rests')}</Mark> <When at={pausedUntil} as="ago" />
                      </>
                    )}
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
