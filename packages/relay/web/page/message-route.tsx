/**
 * How a message went: what was seen of TLS and which policy demanded it; and what preflight knew of its sender when it was accepted.
 */
import type { Check } from '../client/routes.ts'
import { say } from '../language/say.ts'
import { CheckList } from '../part/checks.tsx'
import { Empty, Foreign, Pairs, Section } from '../part/parts.tsx'
import { list } from '../part/written.ts'
import type { Story } from './story.ts'

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
function sessionsOf({ facts }: Story): readonly Session[] {
  const byHost = new Map<string, Session>()
  for (const { fact } of facts) {
    const { host } = fact
    if (typeof host !== 'string') continue
    const { tls, fellBackToPlain } = fact as { host?: unknown; tls?: TlsSeen; fellBackToPlain?: string }
    byHost.set(host, { host, ...(tls && { tls }), ...(fellBackToPlain !== undefined && { fellBack: fellBackToPlain }) })
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

export function Preflight({ story: { facts } }: { readonly story: Story }) {
  const queued = facts.find(({ fact }) => fact.kind === 'queued')?.fact as { clearance?: Clearance } | undefined
  const clearance = queued?.clearance
  if (clearance === undefined || clearance.checks.length === 0)
    return (
      <Section title={say('message.preflight')}>
        <Empty>{say('message.preflight.none')}</Empty>
      </Section>
    )
  const addresses = list(clearance.publicAddresses.map(({ address }) => address))
  return (
    <Section
      title={say('message.preflight')}
      note={say('message.preflight.of', { domain: clearance.fromDomain, addresses })}
    >
      <CheckList checks={clearance.checks} />
    </Section>
  )
}
