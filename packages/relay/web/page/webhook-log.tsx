/**
 * WebhookLog: what an endpoint answered, the newest first; asked for when somebody opens it.
 */
import type { Routes } from '../client/routes.ts'
import { say } from '../language/say.ts'
import { useAnswer } from '../part/hooks.ts'
import { Button, Empty, Foreign, Mark, ProblemNote, Waiting, When, Wide } from '../part/parts.tsx'
import { duration, number } from '../part/written.ts'
import { useState } from '../view/view.ts'

type Delivery = Routes['GET /v1/webhooks/{id}/deliveries']['answer']['deliveries'][number]

const SHOWN = 20

/** @param turn another number asks anew */
export function WebhookLog({
  id,
  endpoint,
  turn,
}: {
  readonly id: string
  readonly endpoint: string
  readonly turn: number
}) {
  const [isOpen, setIsOpen] = useState(false)
  return (
    <details onToggle={event => setIsOpen(event.currentTarget.open)}>
      <summary>{say('webhooks.log')}</summary>
      {isOpen && <Pages key={turn} id={id} endpoint={endpoint} />}
    </details>
  )
}

function Pages({ id, endpoint }: { readonly id: string; readonly endpoint: string }) {
  const [before, setBefore] = useState<string>()
  const { value, problem, again } = useAnswer('GET /v1/webhooks/{id}/deliveries', {
    path: { id },
    query: { limit: SHOWN, before },
  })
  if (problem !== undefined) return <ProblemNote problem={problem} again={again} />
  if (value === undefined) return <Waiting rows={3} />
  const { deliveries } = value
  const last = deliveries.at(-1)
  if (last === undefined) return <Empty>{say('webhooks.log.none')}</Empty>
  const label = say('webhooks.log.of', { endpoint })
  return (
    <>
      <Wide label={label}>
        <table aria-label={label}>
          <thead>
            <tr>
              <th scope="col">{say('webhooks.log.when')}</th>
              <th scope="col">{say('webhooks.log.event')}</th>
              <th scope="col">{say('webhooks.log.try')}</th>
              <th scope="col">{say('webhooks.log.answer')}</th>
            </tr>
          </thead>
          <tbody>
            {deliveries.map(each => (
              <Row key={each.id} of={each} />
            ))}
          </tbody>
        </table>
      </Wide>
      {deliveries.length === SHOWN && <Button onClick={() => setBefore(last.id)}>{say('webhooks.log.older')}</Button>}
    </>
  )
}

function Row({ of: { at, type, attempt, taken, answer, tookMs } }: { readonly of: Delivery }) {
  return (
    <tr>
      <td>
        <When at={at} />
      </td>
      <td>{type}</td>
      <td>{attempt === 0 ? say('webhooks.log.test') : number(attempt)}</td>
      <td>
        <Mark tone={taken ? 'good' : 'bad'}>
          <Foreign>{taken ? say('webhooks.taken') : answer}</Foreign>
        </Mark>{' '}
        <span class="note">{duration(tookMs)}</span>
      </td>
    </tr>
  )
}
