/**
 * Hands: what somebody has to do something about now, the worst first, and where.
 */
import { linkTo } from '../client/place.ts'
import { say } from '../language/say.ts'
import { useAnswer, useSettled } from '../part/hooks.ts'
import { Foreign, Mark, Section, type Tone, Waiting } from '../part/parts.tsx'
import { moment } from '../part/written.ts'

interface Hand {
  readonly tone: Tone
  readonly text: string
  readonly says: string
  readonly href: string
}

export function Hands({ held }: { readonly held: number }) {
  const health = useAnswer('GET /v1/health', {})
  const sites = useAnswer('GET /v1/sites', {})
  const webhooks = useAnswer('GET /v1/webhooks', {})
  useSettled(() => {
    for (const each of [health, sites, webhooks]) each.again()
  })
  const hands: readonly Hand[] = [
    ...(health.value?.checks ?? []).filter(({ ok }) => !ok).map(notReady),
    ...(sites.value?.paused ?? []).map(paused),
    ...(webhooks.value?.webhooks ?? []).flatMap(ofWebhook),
    ...(held > 0 ? [heldOnes(held)] : []),
  ]
  const isAsking = health.value === undefined && health.problem === undefined
  return (
    <Section title={say('hands.title')} class="hands">
      {isAsking && <Waiting rows={1} />}
      {!isAsking && hands.length === 0 && (
        <p>
          <Mark tone="good">{say('hands.none')}</Mark>
        </p>
      )}
      <ul>
        {hands.map(({ tone, text, says, href }) => (
          <li key={text} class={tone}>
            <a href={href}>{text}</a>
            <p class="note">
              <Foreign>{says}</Foreign>
            </p>
          </li>
        ))}
      </ul>
    </Section>
  )
}

function notReady({ name, detail }: { readonly name: string; readonly detail: string }): Hand {
  return { tone: 'bad', text: say('hands.health', { name }), says: detail, href: linkTo(['queue']) }
}

function paused({
  site,
  until,
  because,
}: {
  readonly site: string
  readonly until: number
  readonly because: string
}): Hand {
  return {
    tone: 'wait',
    text: say('hands.paused', { site, until: moment(until) }),
    says: because,
    href: linkTo(['providers']),
  }
}

interface Webhook {
  readonly endpoint: string
  readonly parked: number
  readonly dropped: readonly { readonly count: number }[]
  readonly stopped?: { readonly because: string } | undefined
}

function ofWebhook({ endpoint, parked, dropped, stopped }: Webhook): readonly Hand[] {
  const lost = dropped.reduce((sum, { count }) => sum + count, 0)
  const href = linkTo(['webhooks'])
  // Whoever stopped it by hand knows.
  if (stopped?.because === 'gone')
    return [{ tone: 'bad', text: say('hands.gone', { endpoint }), says: say('hands.gone.says'), href }]
  return [
    ...(lost > 0
      ? [
          {
            tone: 'bad',
            text: say('hands.dropped', { count: lost, endpoint }),
            says: say('hands.dropped.says'),
            href,
          } as const,
        ]
      : []),
    ...(parked > 0
      ? [
          {
            tone: 'wait',
            text: say('hands.webhook', { endpoint }),
            says: say('hands.webhook.says', { count: parked }),
            href,
          } as const,
        ]
      : []),
  ]
}

function heldOnes(count: number): Hand {
  return {
    tone: 'held',
    text: say('hands.held', { count }),
    says: say('hands.held.says'),
    href: linkTo(['queue'], { state: 'held' }),
  }
}
