/**
 * EgressShape: the options of the addresses that mail leaves from.
 *
 * Policy. Who has one address or two writes them as a list. Names, weights and pools are for who has more.
 *
 * Not here: which of them a message leaves from (route/hosts.ts, flow/sources.ts).
 */
import { isIP } from 'node:net'
import { type Domain, parseDomain } from '../model/address.ts'
import type { Source } from '../model/egress.ts'
import type { CheckedEgress } from './checked-options.ts'
import type { MailerOptions, ResolvedOptions } from './options.ts'
import type { Problem } from './problem.ts'
import { overflowShape } from './route-shape.ts'
import type { Kinds, Shape } from './shape.ts'
import { words } from './vocabulary.ts'

export function egressShape(k: Kinds): Shape<CheckedEgress, MailerOptions['egress']> {
  const is = words(k)
  const address = (doc: string) =>
    k
      .string()
      .refine(value => isIP(value) !== 0)
      .meta({ description: doc, wanted: 'an IP address' })
  return is.section('From which addresses mail leaves.', {
    addresses: is.addresses('Local addresses to send from; empty lets the system choose.'),
    sources: k
      .array(
        k.strictObject({
          address: address('A local address to send from.'),
          hostname: is
            .hostName('The name said in EHLO from there, which its PTR should have; by default `hostname`.')
            .optional(),
          publicAddress: address('As the world sees it, where that is another, as behind NAT.').optional(),
          weight: k
            .int()
            .min(1)
            .max(1000)
            .default(1)
            .describe('How many domains leave from there, beside the weights of the others.'),
          pool: is
            .name('The pool it belongs to: mail of accounts that name it leaves from there, and other mail does not.')
            .optional(),
        }),
      )
      .default([])
      .describe(
        'The same with names, weights and pools, in place of `egress.addresses`. Each domain keeps the address that its mail leaves from.',
      ),
    overflow: overflowShape(k)
      .optional()
      .describe(
        'A server that takes what would wait too long because our addresses or a sender are new to a provider (docs/guides/new-address.md); without one it waits.',
      ),
    publicAddresses: is.addresses('The addresses the world sees, for SPF and PTR checks; empty has them discovered.'),
  })
}

/** The two ways to write it as one. */
export function settleEgress(
  { addresses, sources, publicAddresses }: Omit<CheckedEgress, 'overflow'>,
  problems: Problem[],
): Omit<ResolvedOptions['egress'], 'overflow'> {
  if (addresses.length > 0 && sources.length > 0)
    problems.push({
      path: ['egress', 'addresses'],
      found: 'addresses beside egress.sources',
      wanted: 'all of them in egress.sources',
    })
  const all = [...addresses.map((address): Source => ({ address, weight: 1 })), ...sources.map(settled)]
  const twice = all.findIndex(({ address }, at) => all.findIndex(other => other.address === address) < at)
  if (twice >= 0)
    problems.push({
      path: sources.length > 0 ? ['egress', 'sources', twice, 'address'] : ['egress', 'addresses', twice],
      found: `${all[twice]?.address}, which is there already`,
      wanted: 'each address once',
    })
  const seen = sources.flatMap(({ publicAddress }) => (publicAddress === undefined ? [] : [publicAddress]))
  return {
    addresses: all.map(({ address }) => address),
    sources: all,
    publicAddresses: publicAddresses.length > 0 || seen.length === 0 ? publicAddresses : seenOf(sources),
  }
}

function settled({ address, hostname, publicAddress, weight, pool }: CheckedEgress['sources'][number]): Source {
  return {
    address,
    weight,
    ...(hostname !== undefined && { hostname: parseDomain(hostname) as Domain }),
    ...(publicAddress !== undefined && { publicAddress }),
    ...(pool !== undefined && { pool }),
  }
}

/** Of one that names none of its own, the world sees what we see. */
function seenOf(sources: CheckedEgress['sources']): readonly string[] {
  return [...new Set(sources.map(({ address, publicAddress }) => publicAddress ?? address))]
}
