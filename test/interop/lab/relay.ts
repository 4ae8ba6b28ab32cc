/**
 * Relay: a relay of this checkout at the place the lab keeps for one, as `postrider serve` runs it: one account, the
 * DKIM keys of its domains, a certificate of the lab's authority, and the lab's names and mail hosts behind it.
 */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { type Child, startNode } from '../../support/child.ts'
import type { Lab } from './lab.ts'
import { RELAY, RELAY_PORTS, SMTP_PORT } from './places.ts'

export const USER = 'board@good.test'
export const PASSWORD = 's3cret pass'

/** Whose keys the lab's zones publish. */
const DOMAINS = ['good.test', 'forum.example.org'] as const
const PROGRAM = join(import.meta.dirname, '../../../packages/cli/bin/postrider.js')
const PATIENCE_MS = 60_000

/** Starts it with its queue in `folder`; it listens when this resolves. */
export async function startRelay(lab: Lab, folder: string): Promise<Child> {
  const file = join(folder, 'postrider.yaml')
  // JSON is YAML.
  writeFileSync(file, JSON.stringify(configuration(lab, folder)))
  const relay = startNode(PROGRAM, { args: ['serve', '--config', file, '--log', 'warn'] })
  const late = AbortSignal.timeout(PATIENCE_MS)
  while (!/listening on/.test(relay.stderr() + relay.stdout())) {
    if (late.aborted) throw new Error(`the relay does not listen:\n${relay.stderr()}`)
    await sleep(50)
  }
  return relay
}

function configuration(lab: Lab, folder: string): object {
  const tls = join(lab.folder, 'tls')
  return {
    hostname: 'relay.good.test',
    egress: { publicAddresses: ['127.0.0.1'] },
    dkim: DOMAINS.flatMap(domain => [
      { domain, selector: 'sel1', privateKeyFile: lab.dkim.rsa },
      { domain, selector: 'ed', privateKeyFile: lab.dkim.ed25519 },
    ]),
    dns: { servers: [lab.resolver] },
    queue: { path: join(folder, 'queue.db') },
    delivery: { port: SMTP_PORT, allowPrivateAddresses: true, ipFamily: 4 },
    tls: { caFile: lab.caFile },
    relay: {
      listen: [
        `${RELAY}:${RELAY_PORTS.starttls}`,
        `${RELAY}:${RELAY_PORTS.tls}/tls`,
        `${RELAY}:${RELAY_PORTS.plain}/plain`,
      ],
      domains: DOMAINS,
      accounts: [{ name: USER, password: PASSWORD, senders: DOMAINS.map(domain => `*@${domain}`) }],
      certificates: [{ certificateFile: join(tls, 'relay.pem'), privateKeyFile: join(tls, 'relay.key') }],
    },
  }
}
