/**
 * PublicSchema: the shape of `relay.public`: what strangers may look at, on listeners that have nothing else.
 *
 * Not here: sending, looking and changing over HTTP (`relay.http`), the rest of the section (schema.ts).
 */
import { DAY, type Kinds, MINUTE, type Words } from './vocabulary.ts'

export function publicShape(k: Kinds, is: Words): ReturnType<Kinds['strictObject']> {
  const mtaSts = k.strictObject({
    domains: is.list('The domains whose policy is given, each under `mta-sts.` and its name.', is.domain),
    mode: k
      .enum(['testing', 'enforce', 'none'])
      .default('testing')
      .describe('What a sender does whose TLS does not fulfil it: `testing` reports it, `enforce` sends nothing.'),
    mx: is.list('The mail hosts of these domains, such as mx.example.com or *.example.com; by default `hostname`.'),
    maxAgeMs: is.ms('How long senders keep it.', 7 * DAY, MINUTE),
  })
  return k.strictObject({
    listen: is.list(
      'Where unsubscribe pages, shared timelines, links to attachments, challenges of ACME (http-01) and the policy of MTA-STS are given out, and nothing else: `address:port/tls`, or `/plain`, where beyond loopback and the proxies of `relay.http` only challenges are answered. Empty has none.',
      is.httpAddress,
    ),
    names: is.list('Names under which it answers, the first one in links; by default `hostname`.', is.domain),
    mtaSts: mtaSts.prefault({}).describe('The policy of MTA-STS that is given for domains (RFC 8461).'),
  })
}
