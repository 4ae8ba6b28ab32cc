/**
 * Postrider's relay, in a process of its own, as `postrider serve` runs it.
 */

import { mkdirSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import type { RelayOptions } from '@postrider/relay'
import { startDaemons } from '../../interop/lab/daemons.ts'
import type { Place } from '../../interop/lab/places.ts'
import { NO_LIMIT } from '../../support/no-limit.ts'
import { build, builtNode } from '../built.ts'
import type { Peer, RunningPeer, Setting } from './peer.ts'

/** Is given the options of a relay as its argument. */
export const RELAY_PROCESS: string = `import { createRelay } from '@postrider/relay'
const relay = await createRelay(JSON.parse(process.argv[1]))
await relay.listen()
process.on('SIGTERM', () => void relay.close({ withinMs: 2000 }))
`

export function relayOptions(folder: string, { world, tls }: Setting, { place, signs }: Variant): RelayOptions {
  return {
    hostname: 'relay.bench.test',
    queue: { path: join(folder, 'queue.db') },
    dns: { servers: [world.dnsServer] },
    egress: { publicAddresses: ['127.0.0.1'] },
    delivery: { port: world.sink.port, allowPrivateAddresses: true },
    // Without a key nothing aligns with the sender's DMARC policy, which preflight would refuse.
    ...(signs
      ? { dkim: [{ domain: 'bench.test', selector: 'bench', privateKeyFile: world.dkimKeyFile }] }
      : { preflight: 'off' }),
    tls: { minimum: tls ? 'encrypted' : 'opportunistic' },
    relay: {
      folder,
      listen: [`${place.address}:${place.port}${tls ? '' : '/plain'}`],
      trustedNetworks: ['127.0.0.0/8'],
      senders: ['*@bench.test'],
      certificates: [{ certificateFile: world.certificate.chain, privateKeyFile: world.certificate.key }],
      limits: { connections: 1000, connectionsPerAddress: 0, unauthenticatedPerMinute: 0, account: NO_LIMIT },
      spike: { factor: 0 },
    },
  }
}

export interface Variant {
  readonly place: Place
  readonly signs: boolean
}

function peer(name: string, variant: Variant): Peer {
  return {
    name,
    signs: variant.signs,
    version: () => {
      const manifest = readFileSync(join(import.meta.dirname, '../../../packages/relay/package.json'), 'utf8')
      return `Postrider ${(JSON.parse(manifest) as { version: string }).version}`
    },
    settings: 'as it comes, without the limits per account and address that no peer has',
    start: async (folder: string, setting: Setting): Promise<RunningPeer> => {
      // What an earlier benchmark left in its history is not this one's.
      rmSync(folder, { recursive: true, force: true })
      mkdirSync(folder, { recursive: true })
      build()
      const { args, env, cwd } = builtNode(RELAY_PROCESS, relayOptions(folder, setting, variant))
      const command = [process.execPath, ...args]
      const running = await startDaemons(folder, [{ name: 'postrider', command, env, cwd, listens: [variant.place] }])
      return { place: variant.place, pid: running.pid('postrider'), stop: running.stop }
    },
  }
}

export const postrider: Peer = peer('Postrider', { place: { address: '127.88.9.6', port: 2587 }, signs: true })
export const postriderUnsigned: Peer = peer('Postrider, no DKIM', {
  place: { address: '127.88.9.7', port: 2587 },
  signs: false,
})
