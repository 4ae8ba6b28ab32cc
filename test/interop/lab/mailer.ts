/**
 * Mailer: the product under test, pointed at the lab, and what became of a message in one attempt.
 */
import { createMailer, type DurableFact, type Mailer, type MailerOptions, type Receipt } from '@postrider/core'
import type { LabState } from './lab.ts'
import { SMTP_PORT } from './places.ts'

export type Fate = Extract<DurableFact, { kind: 'delivered' | 'deferred' | 'bounced' }>

/** Options that make good.test the sender, with both of its keys. */
function labOptions(lab: LabState): MailerOptions {
  return {
    hostname: 'relay.good.test',
    egress: { publicAddresses: ['127.0.0.1'] },
    dkim: [
      { domain: 'good.test', selector: 'sel1', privateKeyFile: lab.dkim.rsa },
      { domain: 'good.test', selector: 'ed', privateKeyFile: lab.dkim.ed25519 },
    ],
    dns: { servers: [lab.resolver] },
    queue: { path: ':memory:' },
    delivery: { port: SMTP_PORT, allowPrivateAddresses: true, ipFamily: 4 },
    tls: { caFile: lab.caFile },
  }
}

export async function labMailer(lab: LabState, options: MailerOptions = {}): Promise<Mailer> {
  return createMailer({ ...labOptions(lab), ...options })
}

/** What became of a recipient in the first attempt that says. */
export async function fateOf(mailer: Mailer, receipt: Receipt, recipient?: string, withinMs = 60_000): Promise<Fate> {
  const wanted = recipient ?? receipt.recipients[0]
  for await (const { fact } of mailer.facts({ signal: AbortSignal.timeout(withinMs) })) {
    if (fact.messageId !== receipt.id) continue
    if ((fact.kind === 'delivered' || fact.kind === 'deferred' || fact.kind === 'bounced') && fact.recipient === wanted)
      return fact
  }
  throw new Error(`nothing became of ${wanted} within ${withinMs} ms`)
}

/** The failure code of a fate, or `delivered`, with what was said, for messages of assertions. */
export function tell(fate: Fate): string {
  const said = 'detail' in fate ? ` (${fate.code}, ${fate.rule}: ${fate.detail})` : ''
  return `${fate.kind} at ${fate.host ?? 'no host'} [${fate.address ?? ''}], ${JSON.stringify(fate.tls ?? 'no TLS')}: ${fate.reply ?? 'no reply'}${said}`
}
