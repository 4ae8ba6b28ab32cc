/**
 * Names: the zones of the island in files that a test edits as a person would, signed and served by nsd, and resolved by
 * unbound on the host, from a root of its own.
 *
 * Policy. A zone is the lines of its owner; what was pasted stands as it was pasted. Each change is signed again and served
 * before the test goes on: nsd is asked until it answers with the new serial.
 */
import { execFileSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { type Child, startProgram } from '../../support/child.ts'
import { program, unpackedEnvironment } from '../lab/install.ts'
import { INTERNET, type Island, type Place } from './island.ts'

export interface Names {
  /** The lines of a zone, as they stand. */
  lines(zone: string): readonly string[]
  /** Serves other lines. */
  serve(zone: string, lines: readonly string[]): Promise<void>
  close(): Promise<void>
}

interface Zone {
  readonly name: string
  readonly key: string
  lines: readonly string[]
}

const NAME_SERVER = 'ns.provider.net.'
const PATIENCE_MS = 60_000
/**
 * The clock of unbound has seconds: what may be kept for none is kept to the end of its second. And while nsd changes over, the
 * process that knew the old zone may answer once more.
 */
const FORGOTTEN_MS = 1_100
/** A resolver that forgets at once, so that one look need not wait for another; and one that remembers, as others do. */
export const RESOLVERS = { forgetful: '127.0.0.1', ordinary: '127.0.0.2' } as const

export async function openNames(
  island: Island,
  folder: string,
  given: Readonly<Record<string, readonly string[]>>,
): Promise<Names> {
  const env = unpackedEnvironment()
  const options = { cwd: folder, env: { ...process.env, ...env } }
  const keyOf = (name: string): string =>
    execFileSync(program('ldns-keygen'), ['-a', 'ECDSAP256SHA256', '-k', name], options).toString().trim()
  const zones = new Map(
    Object.entries(given).map(([name, lines]): [string, Zone] => [name, { name, key: keyOf(name), lines }]),
  )
  let serial = 1
  const write = (zone: Zone): void => {
    const file = join(folder, fileOf(zone.name))
    writeFileSync(file, zoneText(zone, serial))
    execFileSync(program('ldns-signzone'), ['-o', zone.name, '-f', `${file}.signed`, file, zone.key], options)
  }
  const trust = (key: string): string => readFileSync(join(folder, `${key}.ds`), 'utf8').trim()
  for (const zone of zones.values()) if (zone.name !== '.') write(zone)
  const root = zones.get('.')!
  const below = [...zones.values()].filter(zone => zone !== root)
  root.lines = [...root.lines, ...below.flatMap(({ name, key }) => [`${name}. NS ${NAME_SERVER}`, trust(key)])]
  write(root)
  writeFileSync(join(folder, 'root.ds'), `${trust(root.key)}\n`)
  writeFileSync(join(folder, 'root.hints'), `. 3600 NS ${NAME_SERVER}\n${NAME_SERVER} 3600 A ${INTERNET.names}\n`)
  writeFileSync(join(folder, 'nsd.conf'), nsdConfiguration(folder, [...zones.keys()]))

  const start = (place: Place, ...command: readonly string[]): Child => {
    const [first, ...args] = island.at(place, command)
    return startProgram(first, { args, env, cwd: folder })
  }
  const running = [start('internet', program('nsd'), '-d', '-c', join(folder, 'nsd.conf'))]
  for (const [name, address] of Object.entries(RESOLVERS)) {
    const file = join(folder, `${name}.conf`)
    writeFileSync(file, unboundConfiguration(folder, { address, remembers: name === 'ordinary' }))
    running.push(start('host', program('unbound'), '-d', '-c', file))
  }
  const serialAt = async (server: string, zone: string): Promise<number> => {
    const { stdout } = await start('host', program('drill'), `@${server}`, zone, 'SOA').ended()
    return Number(/\sSOA\s+\S+ \S+ (\d+)/.exec(stdout)?.[1] ?? 0)
  }
  const wait = async (server: string, zone: string, wanted: number): Promise<void> => {
    const late = AbortSignal.timeout(PATIENCE_MS)
    while ((await serialAt(server, zone)) !== wanted) {
      if (late.aborted)
        throw new Error(`${server} does not serve ${zone}: ${running.map(child => child.stderr()).join('\n')}`)
      await sleep(50)
    }
  }
  const close = async (): Promise<void> => void (await Promise.all(running.map(child => child.stop())))
  try {
    for (const name of zones.keys()) await wait(INTERNET.names, name, serial)
    for (const address of Object.values(RESOLVERS)) await wait(address, below[0]!.name, serial)
  } catch (error) {
    await close()
    throw error
  }
  return {
    lines: name => zones.get(name)!.lines,
    serve: async (name, lines) => {
      const zone = zones.get(name)!
      zone.lines = lines
      serial++
      write(zone)
      process.kill(Number(readFileSync(join(folder, 'nsd.pid'), 'utf8')), 'SIGHUP')
      await wait(INTERNET.names, name, serial)
      await sleep(FORGOTTEN_MS)
    },
    close,
  }
}

function zoneText({ name, lines }: Zone, serial: number): string {
  const head = [
    `$ORIGIN ${name === '.' ? '.' : `${name}.`}`,
    '$TTL 3600',
    `@ SOA ${NAME_SERVER} hostmaster.${NAME_SERVER} ${serial} 3600 600 86400 60`,
    `@ NS ${NAME_SERVER}`,
  ]
  return `${[...head, ...lines].join('\n')}\n`
}

function fileOf(zone: string): string {
  return `${zone === '.' ? 'root' : zone}.zone`
}

function nsdConfiguration(folder: string, zones: readonly string[]): string {
  const served = zones.map(name => `zone:\n  name: "${name}"\n  zonefile: "${join(folder, fileOf(name))}.signed"\n`)
  return `server:
  ip-address: ${INTERNET.names}
  username: ""
  chroot: ""
  zonesdir: "${folder}"
  database: ""
  pidfile: "${folder}/nsd.pid"
  xfrdfile: "${folder}/nsd.xfrd"
  xfrdir: "${folder}"
  zonelistfile: "${folder}/nsd.list"
  server-count: 1
  rrl-ratelimit: 0
remote-control:
  control-enable: no
${served.join('')}`
}

function unboundConfiguration(
  folder: string,
  { address, remembers }: { readonly address: string; readonly remembers: boolean },
): string {
  return `server:
  interface: ${address}
  username: ""
  chroot: ""
  directory: "${folder}"
  pidfile: ""
  logfile: ""
  use-syslog: no
  verbosity: 1
  num-threads: 1
  module-config: "validator iterator"
  root-hints: "${folder}/root.hints"
  trust-anchor-file: "${folder}/root.ds"
  trust-anchor-signaling: no
  local-zone: "216.184.93.in-addr.arpa." nodefault
  local-zone: "0.0.8.2.6.0.6.2.ip6.arpa." nodefault
  # what was not there a moment ago may be there now
  ${remembers ? 'cache-max-negative-ttl: 3600' : 'cache-max-ttl: 0\n  cache-max-negative-ttl: 0'}
  infra-host-ttl: 5
remote-control:
  control-enable: no
`
}
