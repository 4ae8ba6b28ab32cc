/**
 * World: what every run needs around the relays: a key, a certificate, and a name server on loopback that publishes SPF, DKIM
 * and DMARC of the sender and sends mail for dest.test, and for every domain below many.test, to the sink.
 */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { dkimRecord, generateDkimKey } from '@postrider/core'
import { startDnsServer } from '@postrider/core/testing'
import { labFolder } from '../interop/lab/folders.ts'
import type { Place } from '../interop/lab/places.ts'
import { authority } from '../support/certs.ts'
import type { Addresses, KeyPair } from './traffic.ts'

export interface World {
  readonly folder: string
  /** Where mail for dest.test goes. */
  readonly sink: Place
  readonly dnsServer: string
  readonly dkimKeyFile: string
  readonly certificate: KeyPair
  close(): Promise<void>
}

export const ADDRESSES: Addresses = { from: 'sender@bench.test', to: 'someone@dest.test' }

const SINK: Place = { address: '127.88.9.100', port: 2526 }

export async function openWorld(): Promise<World> {
  const folder = labFolder('bench')
  const certificate = authority(labFolder('bench', 'tls')).issue({ file: 'relay', names: ['relay.bench.test'] })
  const { key, pem } = await generateDkimKey({ domain: 'bench.test', selector: 'bench', algorithm: 'rsa-sha256' })
  const dkimKeyFile = join(folder, 'dkim.pem')
  writeFileSync(dkimKeyFile, pem)
  const record = dkimRecord(key)
  const dns = await startDnsServer({
    'bench.test': { TXT: 'v=spf1 ip4:127.0.0.0/8 -all', MX: '10 relay.bench.test' },
    'relay.bench.test': { A: '127.0.0.1' },
    '_dmarc.bench.test': { TXT: 'v=DMARC1; p=reject' },
    [record.name]: { TXT: record.value },
    'dest.test': { MX: '10 mx.dest.test' },
    '*.many.test': { MX: '10 mx.dest.test' },
    'mx.dest.test': { A: SINK.address },
  })
  return { folder, sink: SINK, dnsServer: dns.server, dkimKeyFile, certificate, close: () => dns.close() }
}
