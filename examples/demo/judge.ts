/**
 * An independent judge of a received message: mailauth, asking the demo's DNS server through Node's own DNS client. Neither
 * the signer nor the resolver of Postrider takes part.
 */
import { Resolver } from 'node:dns/promises'
import { authenticate } from 'mailauth'
import type { Received } from './mail-host.ts'
import { say } from './show.ts'

/**
 * Prints the message and the verdicts.
 * @param server the name server to ask, as `ip:port`
 * @returns whether SPF, DKIM and DMARC pass and the session was encrypted
 */
export async function judge(received: Received, server: string): Promise<boolean> {
  const { bytes, client } = received
  const resolver = new Resolver()
  resolver.setServers([server])
  const { spf, dkim, dmarc } = await authenticate(bytes, {
    ip: client.address,
    helo: client.helo,
    sender: client.mailFrom,
    mta: 'mx.recipient.example',
    resolver: (name: string, type: string) => resolver.resolve(name, type) as Promise<never>,
    trustReceived: false,
  })
  const good = dkim?.results.find(signature => signature.status.result === 'pass')
  const spfResult = spf ? spf.status.result : 'none'
  const dmarcResult = dmarc ? dmarc.status.result : 'none'
  say('\n--- the message, as the mail host received it ---')
  say(bytes.toString('utf8').trimEnd())
  say('--- judged by mailauth, through its own DNS client ---')
  say(`SPF    ${spfResult} (${client.mailFrom} from ${client.address})`)
  say(`DKIM   ${good ? `pass (d=${good.signingDomain}, s=${good.selector}, ${good.algo})` : 'fail'}`)
  say(`DMARC  ${dmarcResult}${dmarc ? ` (p=${dmarc.policy})` : ''}`)
  say(`TLS    ${client.tls}`)
  return spfResult === 'pass' && good !== undefined && dmarcResult === 'pass' && client.tls !== 'none'
}
