/**
 * How a message went: what was seen of TLS and which policy demanded it; and what preflight knew of its sender when it was accepted.
 */
import type { Check } from '../client/routes.ts'
import { say } from '../language/say.ts'
import { CheckList } from '../part/checks.tsx'
import { Empty, Foreign, Pairs, Section } from '../part/parts.tsx'
import { list } from '../part/written.ts'
import { inWords, type Story } from './story.ts'

interface TlsSeen {
  readonly protocol: string
  readonly cipher: string
  readonly verified: 'dane' | 'pkix' | 'none'
  readonly policy?: string
  readonly problem?: string
}

interface Session {
  readonly host: string
  readonly tls?: TlsSeen
  readonly fellBack?: string
}

/** The last session to each host. */
function sessionsOf(story: Story): readonly Session[] {
  const byHost = new Map<string, Session>()
  for (const { fact } of story.facts) {
    const { host } = fact
    if (typeof host !== 'string') continue
    const { tls, fellBackToPlain } = fact as { host?: unknown; tls?: TlsSeen; fellBackToPlain?: string }
    const [problem, fellBack] = [inWords(story, tls?.problem), inWords(story, fellBackToPlain)]
    byHost.set(host, {
      host,
      ...(tls && { tls: { ...tls, ...(problem !== undefined && { problem }) } }),
      ...(fellBack !== undefined && { fellBack }),
    })
  }
  return [...byHost.values()]
}

export function Security({ story }: { readonly story: Story }) {
  const sessions = sessionsOf(story)
  return (
    <Section title={say('message.security')}>
      {sessions.length === 0 && <Empty>{say('message.security.none')}</Empty>}
      <Pairs
        rows={sessions.map(
          session => [session.host, <Foreign key={session.host}>{wordsOf(session)}</Foreign>] as const,
        )}
      />
    </Section>
  )
}

function wordsOf({ tls, fellBack }: Session): string {
  if (tls === undefined)
    return fellBack === undefined ? say('message.security.plain') : say('message.security.fell-back', { why: fellBack })
  const { protocol, cipher, verified, policy, problem } = tls
  return [
    `${protocol}, ${cipher}`,
    say(`message.security.${verified === 'none' ? 'none-verified' : verified}`),
    ...(policy === undefined ? [] : [say('message.security.policy', { policy })]),
    ...(problem === undefined ? [] : [problem]),
  ].join(' · ')
}

interface Clearance {
  readonly fromDomain: string
  readonly checks: readonly Check[]
  readonly publicAddresses: readonly { readonly address: string }[]
}

export function Preflight({ story }: { readonly story: Story }) {
  const queued = story.facts.find(({ fact }) => fact.kind === 'queued')?.fact as { clearance?: Clearance } | undefined
  const clearance = queued?.clearance
  if (clearance === undefined || clearance.checks.length === 0)
    return (
      <Section title={say('message.preflight')}>
        <Empty>{say('message.preflight.none')}</Empty>
      </Section>
    )
  const checks = clearance.checks.map(({ found, wanted, fix, ...check }) => ({
    ...check,
    found: inWords(story, found),
    wanted: inWords(story, wanted),
    ...(fix !== undefined && { fix: inWords(story, fix) }),
  }))
  const addresses = list(clearance.publicAddresses.map(({ address }) => address))
  return (
    <Section
      title={say('message.preflight')}
      note={say('message.preflight.of', { domain: clearance.fromDomain, addresses })}
    >
      <CheckList checks={checks} />
    </Section>
  )
}
