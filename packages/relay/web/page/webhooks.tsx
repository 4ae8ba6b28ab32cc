/**
 * Webhooks: whom the relay tells, how far it has, what was answered, and what it could not tell, told again; an endpoint tried, stopped
 * and started.
 *
 * Not here: making and changing them, whose secrets are not for a page (`postrider webhooks`, `/v1/webhooks`).
 */
import { ask } from '../client/ask.ts'
import type { Routes } from '../client/routes.ts'
import { say } from '../language/say.ts'
import { Confirm, type Question } from '../part/confirm.tsx'
import { useAnswer, useSettled } from '../part/hooks.ts'
import { Button, Command, Empty, Foreign, Mark, Pairs, ProblemNote, Section, Waiting, When } from '../part/parts.tsx'
import { tell } from '../part/tell.tsx'
import { useMay } from '../part/who.ts'
import { list, number } from '../part/written.ts'
import { useState } from '../view/view.ts'
import { WebhookLog } from './webhook-log.tsx'

type Webhook = Routes['GET /v1/webhooks']['answer']['webhooks'][number]

export function WebhooksPage() {
  const { value, problem, again } = useAnswer('GET /v1/webhooks', {})
  useSettled(again)
  if (problem !== undefined) return <ProblemNote problem={problem} again={again} />
  if (value === undefined) return <Waiting rows={4} />
  return (
    <>
      {value.webhooks.length === 0 && <Empty>{say('webhooks.none')}</Empty>}
      {value.webhooks.map(webhook => (
        <Endpoint key={webhook.id} of={webhook} again={again} />
      ))}
      <p class="note">
        {say('webhooks.made')}{' '}
        <Command>postrider webhooks add https://app.example.com/hook --event delivered bounced</Command>
      </p>
    </>
  )
}

function Endpoint({ of, again }: { readonly of: Webhook; readonly again: () => void }) {
  const { id, endpoint } = of
  const [question, setQuestion] = useState<Question>()
  const [turn, setTurn] = useState(0)
  const mayOperate = useMay('operate')
  const acted = (): void => {
    setTurn(before => before + 1)
    again()
  }
  return (
    <Section title={endpoint} tools={mayOperate && <Tools of={of} put={setQuestion} acted={acted} />}>
      <Facts of={of} />
      <WebhookLog id={id} endpoint={endpoint} turn={turn} />
      <Confirm question={question} close={() => setQuestion(undefined)} />
    </Section>
  )
}

function Facts({ of }: { readonly of: Webhook }) {
  const { events, types, format, from, account, parked, failingSince, dropped, place, stopped } = of
  return (
    <Pairs
      rows={[
        [say('webhooks.state'), <State key="state" stopped={stopped} failingSince={failingSince} />],
        [say('webhooks.events'), list(types ?? events)],
        [say('webhooks.format'), say(`webhooks.format.${format}`)],
        account === undefined ? undefined : [say('webhooks.account'), <Foreign key="account">{account}</Foreign>],
        [say('webhooks.from'), say(`webhooks.from.${from}`)],
        [say('webhooks.parked'), number(parked)],
        [
          say('webhooks.dropped'),
          dropped.length === 0
            ? number(0)
            : list(dropped.map(({ count, because }) => say('webhooks.dropped.range', { count, because }))),
        ],
        place === undefined ? undefined : [say('webhooks.place'), <Foreign key="place">{place}</Foreign>],
      ]}
    />
  )
}

function State({ stopped, failingSince }: Pick<Webhook, 'stopped' | 'failingSince'>) {
  if (stopped !== undefined)
    return (
      <>
        <Mark tone="held">{say(`webhooks.stopped.${stopped.because}`)}</Mark> <When at={stopped.at} as="ago" />
      </>
    )
  if (failingSince === undefined) return <Mark tone="good">{say('webhooks.told')}</Mark>
  return (
    <>
      <Mark tone="bad">{say('webhooks.failing')}</Mark> <When at={failingSince} as="ago" />
    </>
  )
}

interface ToolsProps {
  readonly of: Webhook
  readonly put: (question: Question) => void
  readonly acted: () => void
}

function Tools({ of, put, acted }: ToolsProps) {
  const { endpoint, dropped, stopped } = of
  const [isBusy, setIsBusy] = useState(false)
  const label = (action: string): string => `${action}: ${endpoint}`
  const tryIt = async (): Promise<void> => {
    setIsBusy(true)
    try {
      const { taken, answer } = await ask('POST /v1/webhooks/{id}/test', { path: { id: of.id }, body: {} })
      tell(taken ? say('webhooks.test.taken') : say('webhooks.test.not', { answer }))
    } catch (error) {
      tell(say('webhooks.test.not', { answer: (error as Error).message }))
    }
    setIsBusy(false)
    acted()
  }
  const changing = stopped === undefined ? stopping(of, acted) : starting(of, acted)
  return (
    <>
      <Button onClick={tryIt} disabled={isBusy} aria-label={label(say('webhooks.test'))}>
        {say('webhooks.test')}
      </Button>
      {dropped.length > 0 && (
        <Button onClick={() => put(replaying(of, acted))} aria-label={label(say('webhooks.replay'))}>
          {say('webhooks.replay')}
        </Button>
      )}
      <Button onClick={() => put(changing)} aria-label={label(changing.action)}>
        {changing.action}
      </Button>
    </>
  )
}

function replaying({ id, endpoint, dropped }: Webhook, acted: () => void): Question {
  return {
    title: say('webhooks.replay.title', { endpoint }),
    text: <p>{say('webhooks.replay.says', { count: dropped.reduce((sum, { count }) => sum + count, 0) })}</p>,
    action: say('webhooks.replay'),
    command: `postrider webhooks replay ${id}`,
    work: async () => {
      const { ranges } = await ask('POST /v1/webhooks/{id}/replay', { path: { id }, body: {} })
      tell(say('webhooks.replayed', { count: ranges.reduce((sum, { events }) => sum + events, 0) }))
      acted()
    },
  }
}

function stopping({ id, endpoint }: Webhook, acted: () => void): Question {
  return {
    title: say('webhooks.stop.title', { endpoint }),
    text: <p>{say('webhooks.stop.says')}</p>,
    action: say('webhooks.stop'),
    command: `postrider webhooks stop ${id}`,
    work: async () => {
      await ask('POST /v1/webhooks/{id}/stop', { path: { id }, body: {} })
      acted()
    },
  }
}

function starting({ id, endpoint }: Webhook, acted: () => void): Question {
  return {
    title: say('webhooks.start.title', { endpoint }),
    text: <p>{say('webhooks.start.says')}</p>,
    action: say('webhooks.start'),
    command: `postrider webhooks start ${id}`,
    work: async () => {
      await ask('POST /v1/webhooks/{id}/start', { path: { id }, body: {} })
      acted()
    },
  }
}
