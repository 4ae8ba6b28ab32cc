/**
 * Lab: a mail world on the loopback interface, made of real servers: nsd and unbound, exim, Postfix with OpenDKIM, and an
 * HTTPS host of MTA-STS policies.
 *
 * Policy. Every start makes keys, certificates and zones anew. Tests of several files share one lab: the runner starts it and
 * names its state in MAIL_LAB_STATE; a file that runs alone starts its own.
 *
 * Not here: what is in it (zones.ts, hosts.ts), where it is (places.ts), what is tried in it (../*.test.ts).
 */
import { createPublicKey, generateKeyPairSync } from 'node:crypto'
import { chmodSync, chownSync, existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { after } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { authority } from '../../support/certs.ts'
import { startDaemons } from './daemons.ts'
import { exim } from './exim.ts'
import { labFolder } from './folders.ts'
import { CERTIFICATES, HOSTS, type MailHost } from './hosts.ts'
import { install } from './install.ts'
import { nameServers } from './name-servers.ts'
import { RESOLVER } from './places.ts'
import { startPolicyHost } from './policy-host.ts'
import { postfix } from './postfix.ts'
import { certificateWords, signZones } from './sign-zones.ts'

/** What a test needs to know; plain data, so that one process can tell another. */
export interface LabState {
  readonly folder: string
  /** Address and port, as the option `dns.servers` takes it. */
  readonly resolver: string
  readonly caFile: string
  /** Private keys whose public halves good.test publishes. */
  readonly dkim: { readonly rsa: string; readonly ed25519: string }
}

export interface Lab extends LabState {
  /** What arrived at a host, oldest first. */
  arrived(host: string): readonly Arrived[]
  /** The first message at `host` that contains `text`, now or within `withinMs`. */
  arrival(host: string, text: string, withinMs?: number): Promise<Arrived>
  /** Lines that exim wrote about messages it took: host, cipher, SNI, sender, recipients. */
  eximLog(): readonly string[]
  postfixLog(): readonly string[]
}

export interface Arrived {
  readonly file: string
  readonly bytes: Buffer
}

const NOBODY = 65534

/** Starts the lab. @throws LabUnavailable when this machine cannot have it. */
export async function startLab(): Promise<{ readonly state: LabState; stop(): Promise<void> }> {
  install()
  const folder = labFolder()
  for (const part of ['tls', 'dns', 'exim', 'postfix', 'mail'])
    rmSync(join(folder, part), { recursive: true, force: true })
  const [tls, dns, mail] = [labFolder('tls'), labFolder('dns'), labFolder('mail')] as const
  chownSync(mail, NOBODY, NOBODY)
  const ca = authority(tls)
  const words = new Map<string, string>(certificateWords('ca', ca.caFile))
  const issued = Object.entries(CERTIFICATES).map(
    ([file, certificate]) => [file, ca.issue({ file, ...certificate })] as const,
  )
  for (const [file, { leaf }] of issued)
    for (const [word, value] of certificateWords(file, leaf)) words.set(word, value)
  const dkim = dkimKeys(dns, words)
  const world = await signZones(dns, words)
  const servers = [
    ...nameServers(dns, world),
    exim(labFolder('exim'), { mail, tls }),
    ...postfix(labFolder('postfix'), { mail, tls }),
  ]
  const running = await startDaemons(folder, servers)
  const policies = Object.fromEntries(issued).policies
  const policyHost = policies && (await startPolicyHost(policies))
  const state = { folder, resolver: `${RESOLVER.address}:${RESOLVER.port}`, caFile: ca.caFile, dkim }
  return {
    state,
    stop: async () => {
      await policyHost?.close()
      await running.stop()
    },
  }
}

/** Makes the DKIM keys of good.test; their records become words of the zones (RFC 6376 §3.6.1, RFC 8463 §4). */
function dkimKeys(folder: string, words: Map<string, string>): LabState['dkim'] {
  const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey
  const ed25519 = generateKeyPairSync('ed25519').privateKey
  const files = { rsa: join(folder, 'dkim-rsa.pem'), ed25519: join(folder, 'dkim-ed25519.pem') }
  const record = (kind: string, key: Buffer): string => {
    const text = `v=DKIM1; k=${kind}; p=${key.toString('base64')}`
    return (text.match(/.{1,200}/g) ?? []).map(part => `"${part}"`).join(' ')
  }
  for (const [kind, key] of [['rsa', rsa] as const, ['ed25519', ed25519] as const]) {
    const spki = createPublicKey(key).export({ type: 'spki', format: 'der' })
    words.set(`dkim:${kind}`, record(kind, kind === 'rsa' ? spki : spki.subarray(-32)))
    writeFileSync(files[kind], key.export({ type: 'pkcs8', format: 'pem' }))
    chmodSync(files[kind], 0o600)
  }
  return files
}

/** The lab of this test run: the runner's, or one of this file's own that ends with it. */
export async function useLab(): Promise<Lab> {
  const given = process.env.MAIL_LAB_STATE
  if (given !== undefined) return labAt(JSON.parse(given) as LabState)
  const lab = await startLab()
  after(lab.stop)
  return labAt(lab.state)
}

function labAt(state: LabState): Lab {
  const arrived = (host: string): readonly Arrived[] => {
    const folder = join(state.folder, 'mail', hostNamed(host).address, 'new')
    if (!existsSync(folder)) return []
    const files = readdirSync(folder).sort()
    return files.map(file => ({ file: join(folder, file), bytes: readFileSync(join(folder, file)) }))
  }
  const lines = (...path: readonly string[]): readonly string[] => {
    const file = join(state.folder, ...path)
    return existsSync(file) ? readFileSync(file, 'utf8').split('\n') : []
  }
  return {
    ...state,
    arrived,
    arrival: async (host, text, withinMs = 10_000) => {
      const late = AbortSignal.timeout(withinMs)
      for (;;) {
        const found = arrived(host).find(({ bytes }) => bytes.includes(text))
        if (found) return found
        if (late.aborted) throw new Error(`nothing with "${text}" arrived at ${host} within ${withinMs} ms`)
        await sleep(50)
      }
    },
    eximLog: () => lines('exim', 'log', 'mainlog').filter(line => line.includes(' GOT ')),
    postfixLog: () => lines('postfix', 'postfix.log'),
  }
}

function hostNamed(name: string): MailHost {
  const host = HOSTS.find(host => host.name === name)
  if (host === undefined) throw new Error(`${name} is no host of the lab`)
  return host
}
