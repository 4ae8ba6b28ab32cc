/**
 * ApiLog: who asked the relay for what over HTTP, the newest first; and for who may administer, what was done by whom.
 */
import { say } from '../language/say.ts'
import { useAnswer } from '../part/hooks.ts'
import { Button, Empty, Foreign, Mark, ProblemNote, Section, Waiting, When, Wide } from '../part/parts.tsx'
import { duration } from '../part/written.ts'

const LIMIT = 100

export function ApiLogPage() {
  return (
    <>
      <Actions />
      <Requests />
    </>
  )
}

function StatusMark({ status }: { readonly status: number | undefined }) {
  return <Mark tone={status === undefined ? 'plain' : status < 400 ? 'good' : 'bad'}>{status ?? '–'}</Mark>
}

function Actions() {
  const { value, problem, again } = useAnswer('GET /v1/audit', { query: { limit: LIMIT } })
  return (
    <Section
      title={say('log.actions')}
      note={say('log.actions.note')}
      tools={<Button onClick={again}>{say('log.again')}</Button>}
    >
      {problem !== undefined && <ProblemNote problem={problem} again={again} />}
      {value === undefined && problem === undefined && <Waiting />}
      {value?.actions.length === 0 && <Empty>{say('log.actions.none')}</Empty>}
      {value !== undefined && value.actions.length > 0 && (
        <Wide label={say('log.actions')}>
          <table>
            <thead>
              <tr>
                <th scope="col">{say('log.at')}</th>
                <th scope="col">{say('log.who')}</th>
                <th scope="col">{say('log.action')}</th>
                <th scope="col">{say('log.asked')}</th>
                <th scope="col">{say('log.status')}</th>
              </tr>
            </thead>
            <tbody>
              {value.actions.map(({ id, at, who, address, action, asked, status }) => (
                <tr key={id}>
                  <td>
                    <When at={at} />
                  </td>
                  <th scope="row">
                    <Foreign>{who}</Foreign> <span class="note">{address}</span>
                  </th>
                  <td>
                    <code>{action}</code>
                  </td>
                  <td class="why">
                    <Foreign>{asked}</Foreign>
                  </td>
                  <td>
                    <StatusMark status={status} />
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

function Requests() {
  const { value, problem, again } = useAnswer('GET /v1/api-log', { query: { limit: LIMIT } })
  return (
    <Section
      title={say('log.requests')}
      note={say('log.requests.note')}
      tools={<Button onClick={again}>{say('log.again')}</Button>}
    >
      {problem !== undefined && <ProblemNote problem={problem} again={again} />}
      {value === undefined && problem === undefined && <Waiting />}
      {value?.requests.length === 0 && <Empty>{say('log.requests.none')}</Empty>}
      {value !== undefined && value.requests.length > 0 && (
        <Wide label={say('log.requests')}>
          <table>
            <thead>
              <tr>
                <th scope="col">{say('log.at')}</th>
                <th scope="col">{say('log.who')}</th>
                <th scope="col">{say('log.path')}</th>
                <th scope="col">{say('log.status')}</th>
                <th scope="col" class="number">
                  {say('log.took')}
                </th>
              </tr>
            </thead>
            <tbody>
              {value.requests.map(({ at, method, path, address, who, status, ms }, row) => (
                <tr key={`${at} ${row}`}>
                  <td>
                    <When at={at} />
                  </td>
                  <td>
                    {who !== undefined && <Foreign>{who}</Foreign>} <span class="note">{address}</span>
                  </td>
                  <td class="why">
                    <code>
                      {method} <Foreign>{path}</Foreign>
                    </code>
                  </td>
                  <td>
                    <StatusMark status={status} />
                  </td>
                  <td class="number">{duration(ms)}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </Wide>
      )}
    </Section>
  )
}
