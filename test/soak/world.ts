/**
 * World: the relay of the soak, the mail hosts and the name server behind it, and what can go wrong with each of them.
 *
 * Policy. Everything but the name server is a process of its own. Names live for seconds, and a domain that was never asked
 * for comes up every second, so that a name server that fails is felt at once.
 */

import { dkimRecord, generateDkimKey } from '@postrider/core'
import { type DnsFault, type DnsServer, type NameLiteral, startDnsServer } from '@postrider/core/testing'
import { NO_LIMIT } from '../support/no-limit.ts'
import { freePorts } from '../support/ports.ts'
import { ServedRelay } from '../support/serve.ts'
import { type Disk, makePlace, type Place, RELAY, SINKS } from './place.ts'
import { LOGIN } from './session.ts'
import { Sink } from './sink.ts'

const TTL_SECONDS = 5

export interface World extends AsyncDisposable {
  readonly relay: ServedRelay
  readonly sinks: readonly Sink[]
  readonly disk: Disk
  readonly queueFile: string
  /** Every name fails like this, or answers again. */
  breakNames(fault: DnsFault | undefined): void
}

export async function makeWorld(): Promise<World> {
  const place = makePlace()
  const { key, pem } = await generateDkimKey({ domain: 'sender.test', selector: 'soak' })
  const { name, value } = dkimRecord(key)
  const zone: Readonly<Record<string, NameLiteral>> = {
    'sender.test': { MX: '10 mx1.dest.test', TXT: 'v=spf1 ip4:127.0.0.0/8 -all', ttl: TTL_SECONDS },
    [name]: { TXT: value, ttl: TTL_SECONDS },
    '*.dest.test': { MX: ['10 mx1.dest.test', '20 mx2.dest.test'], ttl: TTL_SECONDS },
    'mx1.dest.test': { A: SINKS[0], ttl: TTL_SECONDS },
    'mx2.dest.test': { A: SINKS[1], ttl: TTL_SECONDS },
  }
  const dns = await startDnsServer(zone, { negativeTtl: TTL_SECONDS })
  const [port = 0] = await freePorts(SINKS[0], 1)
  const sinks = SINKS.map(
    (address, at) => new Sink({ name: `mx${at + 1}.dest.test`, address, port, folder: place.folder }),
  )
  for (const sink of sinks) await sink.start()
  const queueFile = `${place.disk.folder}/queue.db`
  const relay = await ServedRelay.prepare({
    folder: place.folder,
    address: RELAY,
    options: options({ dns, port, pem, queueFile }),
  })
  await relay.start()
  return {
    relay,
    sinks,
    disk: place.disk,
    queueFile,
    breakNames: fault => {
      for (const [name, records] of Object.entries(zone))
        dns.set(name, fault === undefined ? records : { ...records, fail: fault })
    },
    [Symbol.asyncDispose]: () => takeDown(relay, sinks, dns, place),
  }
}

interface Wiring {
  readonly dns: DnsServer
  readonly port: number
  readonly pem: string
  readonly queueFile: string
}

function options({ dns, port, pem, queueFile }: Wiring) {
  return {
    hostname: 'out.sender.test',
    egress: { publicAddresses: ['127.0.0.1'] },
    dkim: [{ domain: 'sender.test', selector: 'soak', privateKey: pem }],
    dns: { servers: [dns.server], timeoutMs: 2_000 },
    queue: { path: queueFile },
    delivery: {
      port,
      allowPrivateAddresses: true,
      retry: { scheduleMs: [2_000, 3_000, 5_000] },
    },
    notices: { to: 'sender' },
    relay: {
      accounts: [{ name: LOGIN.user, password: LOGIN.password, senders: ['*@sender.test'] }],
      domains: ['sender.test'],
      // One forum sends a hundred messages in a second here.
      limits: {
        idleBeforeLoginMs: 5_000,
        connectionsPerAddress: 1_000,
        freeDiskBytes: 2 ** 20,
        account: NO_LIMIT,
      },
      spike: { factor: 0 },
    },
  }
}

async function takeDown(relay: ServedRelay, sinks: readonly Sink[], dns: DnsServer, place: Place): Promise<void> {
  if (relay.running) await relay.kill()
  for (const sink of sinks) await sink.kill()
  await dns.close()
  place.remove()
}
