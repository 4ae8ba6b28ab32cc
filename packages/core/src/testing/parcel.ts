/**
 * Parcel: a hop to a fake MX and a job for it, for tests of delivery.
 */
import type { Buffer } from 'node:buffer'
import { type Address, type Domain, requireAddress } from '../model/address.ts'
import type { Job, JobRecipient } from '../model/job.ts'
import { makeQueueId } from '../model/queue-id.ts'
import type { Hop, SiteLimits, TlsLevel, TlsRequirement } from '../model/route.ts'

export interface HopOptions {
  readonly level?: TlsLevel
  readonly verify?: NonNullable<TlsRequirement['verify']>
  readonly requireTls?: boolean
  readonly login?: NonNullable<Hop['login']>
  readonly implicitTls?: boolean
  readonly localAddress?: string
  readonly limits?: Partial<SiteLimits>
}

/** A hop to a server on this machine. */
export function hopTo(
  mx: { readonly name: string; readonly address: string; readonly port: number },
  options: HopOptions = {},
): Hop {
  const host = mx.name as Domain
  const level = options.level ?? (options.verify === undefined ? 'opportunistic' : 'verified')
  return {
    host,
    address: mx.address,
    family: mx.address.includes(':') ? 6 : 4,
    port: mx.port,
    preference: 10,
    implicitTls: options.implicitTls ?? false,
    tls: {
      level,
      sources: ['configured'],
      sni: host,
      ...(options.verify === undefined ? {} : { verify: options.verify }),
      ...(options.requireTls === undefined ? {} : { requireTls: options.requireTls }),
    },
    departure: {
      hostname: 'sender.example.test' as Domain,
      ...(options.localAddress === undefined ? {} : { localAddress: options.localAddress }),
    },
    limits: { connections: 5, messagesPerConnection: 100, recipientsPerTransaction: 100, ...options.limits },
    ...(options.login === undefined ? {} : { login: options.login }),
  }
}

/** A job for these recipients; whatever is not wished for is ordinary. */
export function jobFor(content: Buffer, recipients: readonly string[], options: Partial<Job> = {}): Job {
  const addresses = recipients.map(text => requireAddress(text, 'recipient'))
  return {
    id: 1,
    messageId: makeQueueId(0),
    domain: (addresses[0] as Address).domain,
    recipients: addresses.map((address, index): JobRecipient => ({ index, address })),
    reversePath: requireAddress('from@sender.example.test', 'sender'),
    requireTls: false,
    facts: {
      sizeBytes: content.length,
      eightBit: false,
      smtpUtf8: false,
      longestLine: 78,
      messageId: '<1@sender.example.test>',
      tlsRequiredNo: false,
    },
    attempts: 0,
    acceptedAt: 0,
    expiresAt: Number.MAX_SAFE_INTEGER,
    priority: 'normal',
    tags: {},
    lease: { token: 1, until: Number.MAX_SAFE_INTEGER },
    ...options,
  }
}
