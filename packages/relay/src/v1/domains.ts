/**
 * Domains: those that mail is signed for, the records to publish for each, whether they are, and what receivers would say.
 *
 * Policy. The domains are those of the configuration, and are changed there.
 *
 * Not here: how records are found and judged (domain/), every check of an address (advice.ts).
 */
import { type AnyShape, kinds as k } from '@postrider/core'
import { isVerified, type OwnDomain } from '../domain/index.ts'
import { CHECK, text } from './shapes.ts'
import { toldTo } from './told.ts'
import { notFound } from './v1-error.ts'
import { declare, type V1Ports, type V1Route } from './v1-route.ts'

const OWN = {
  name: k.string(),
  keys: k
    .array(k.strictObject({ selector: k.string(), algorithm: text('`rsa-sha256` or `ed25519-sha256`.') }))
    .describe('That sign for it.'),
}

const WITH_RECORDS: AnyShape = k.strictObject({
  ...OWN,
  verified: k.boolean().describe('Its keys and SPF are published.'),
  records: k.array(
    k.strictObject({
      kind: k.enum(['dkim', 'spf', 'dmarc']),
      name: k.string(),
      type: k.enum(['TXT']),
      value: text('What to publish.'),
      status: k.enum(['published', 'missing', 'different', 'unknown']).describe('`unknown`: the DNS did not say.'),
      found: k.array(k.string()).describe('What stands there.'),
    }),
  ),
})

/** @throws V1Error 404 */
function requireOwn(name: string, { domains }: V1Ports): OwnDomain {
  const found = domains.find(name)
  if (found !== undefined) return found
  throw notFound(`no key signs for ${name}: the domains are those of the configuration (dkim)`)
}

async function withRecords(own: OwnDomain, { domains }: V1Ports, signal: AbortSignal): Promise<object> {
  const records = await domains.records(own, signal)
  return { ...own, verified: isVerified(records), records }
}

export const DOMAIN_ROUTES: readonly V1Route[] = [
  declare({
    method: 'GET',
    path: '/v1/domains',
    scope: 'read',
    about: 'relay',
    says: 'The domains that mail is signed for.',
    answers: k.strictObject({ domains: k.array(k.strictObject(OWN)) }),
    work: async (_, { domains }) => ({ domains: domains.list() }),
  }),
  declare({
    method: 'GET',
    path: '/v1/domains/:domain',
    scope: 'read',
    about: 'relay',
    says: 'What is to be published for a domain, and whether it is, as the DNS says now.',
    answers: WITH_RECORDS,
    waits: true,
    work: async ({ params, request }, ports) =>
      withRecords(requireOwn(params.domain ?? '', ports), ports, request.signal),
  }),
  declare({
    method: 'POST',
    path: '/v1/domains/:domain/verify',
    scope: 'operate',
    about: 'relay',
    says: 'The records of a domain, and every check of it as the doctor makes them.',
    body: k.strictObject({}),
    answers: k.strictObject({ domain: WITH_RECORDS, checks: k.array(CHECK), worst: text('The level of the worst.') }),
    waits: true,
    work: async ({ params, request }, ports) => {
      const { signal } = request
      const own = requireOwn(params.domain ?? '', ports)
      const [domain, { checks, worst }] = await Promise.all([
        withRecords(own, ports, signal),
        toldTo(request, () => ports.mailer.preflight(`postmaster@${own.name}`, { signal })),
      ])
      return { domain, checks, worst }
    },
  }),
]
