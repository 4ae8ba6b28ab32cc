/**
 * An independent judge of a received message: mailauth, asking the demo's DNS server through Node's own DNS client. Neither
 * the signer nor the resolver of Postrider takes part.
 */
import { Resolver } from 'node:dns/promises'
import { authenticate } from 'mailauth'
import type { Received } from './mail-host.ts'

export interface Judgement {
  readonly spf: string
  readonly dkim: string
  readonly dmarc: string
}

/** @param dns the name server to ask, as `ip:port` */
export async function judge({ bytes, client }: Received, dns: string): Promise<Judgement> {
  const resolver = new Resolver()
  resolver.setServers([dns])
  const { spf, dkim, dmarc } = await authenticate(bytes, {
    ip: client.address,
    helo: client.helo,
    sender: client.mailFrom,
    mta: 'mx.recipient.example',
    resolver: (name: string, type: string) => resolver.resolve(name, type) as Promise<never>,
    trustReceived: false,
  })
  const signatures = dkim?.results ?? []
  const good = signatures.find(signature => signature.status.result === 'pass')
  return {
    spf: `${spf ? spf.status.result : 'none'} (${client.mailFrom} from ${client.address})`,
    dkim: good ? `pass (d=${good.signingDomain}, s=${good.selector}, ${good.algo})` : 'fail',
    dmarc: dmarc ? `${dmarc.status.result} (p=${dmarc.policy})` : 'none',
  }
}
