/**
 * Sign zones: from ZONES to signed master files below a private root.
 *
 * Policy. Children are written before their parents, because a parent holds the DS record of each signed child. Everything is
 * made anew for each start of the lab: it takes a few seconds and nothing can be stale.
 */
import { execFile } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { tlsaData } from '../../support/certs.ts'
import { program, unpackedEnvironment } from './install.ts'
import { NAME_SERVER, SMTP_PORT } from './places.ts'
import { ZONES, type Zone, zoneHeader } from './zones.ts'

const run = promisify(execFile)

/** A zone as it is served. */
export interface ServedZone {
  readonly name: string
  readonly file: string
  readonly silent: boolean
}

export interface SignedWorld {
  readonly zones: readonly ServedZone[]
  /** DS record of the root: the one trust anchor. */
  readonly anchorFile: string
}

const DATES = {
  now: ['-i', '20250101000000', '-e', '20451231000000'],
  past: ['-i', '20200101000000', '-e', '20210101000000'],
} as const

const PARENTS = ['test', 'arpa', '.']

/** Writes and signs all zones into `folder`; `words` are what stands in braces in the records. */
export async function signZones(folder: string, words: ReadonlyMap<string, string>): Promise<SignedWorld> {
  const delegations = new Map<string, string[]>()
  const delegate = (zone: string, lines: string): void => {
    const parent = parentOf(zone)
    delegations.set(parent, [...(delegations.get(parent) ?? []), lines])
  }
  const served: ServedZone[] = []
  const write = async (zone: Zone): Promise<string> => {
    const inside = delegations.get(zone.name)?.join('\n') ?? ''
    const { file, ds } = await writeZone(folder, zone, `${zoneHeader(zone.name)}${records(zone, words)}\n${inside}\n`)
    served.push({ name: zone.name, file, silent: zone.silent === true })
    return ds
  }
  for (const level of levels())
    await Promise.all(level.map(async zone => delegate(zone.name, delegation(zone, await write(zone)))))
  let ds = ''
  for (const name of PARENTS) {
    const parent: Zone = { name, about: 'a parent', records: '' }
    ds = await write(parent)
    if (name !== '.') delegate(name, delegation(parent, ds))
  }
  const anchorFile = join(folder, 'root.ds')
  writeFileSync(anchorFile, `${ds}\n`)
  return { zones: served, anchorFile }
}

/** Zones by the number of their labels, the most first. */
function levels(): readonly (readonly Zone[])[] {
  const depth = (zone: Zone): number => zone.name.split('.').length
  const depths = [...new Set(ZONES.map(depth))].sort((a, b) => b - a)
  return depths.map(level => ZONES.filter(zone => depth(zone) === level))
}

/** The closest zone above. */
function parentOf(name: string): string {
  const known = [...ZONES.map(zone => zone.name), ...PARENTS]
  let above = name.slice(name.indexOf('.') + 1)
  while (!known.includes(above) && above.includes('.')) above = above.slice(above.indexOf('.') + 1)
  return above !== name && known.includes(above) ? above : '.'
}

function records(zone: Zone, words: ReadonlyMap<string, string>): string {
  const filled = zone.records.replace(/\{([\w:]+)\}/g, (_, word: string) => {
    const value = words.get(word)
    if (value === undefined) throw new Error(`${zone.name}: nothing is known as {${word}}`)
    return value
  })
  const lines = filled.split('\n').map(line => line.trim())
  return lines.flatMap(line => (line.includes('TLSA') ? tlsaLines(line) : [line])).join('\n')
}

/** RFC 7672 §2.2: the owner of a TLSA record names port and protocol. */
function tlsaLines(line: string): readonly string[] {
  const ports = [...new Set([25, SMTP_PORT])]
  if (line.includes('TLSA-OWNER:')) return ports.map(port => line.replaceAll('TLSA-OWNER:', `_${port}._tcp.`))
  if (line.startsWith('TLSA-HERE')) return ports.map(port => line.replace('TLSA-HERE', `_${port}`))
  return ports.map(port => `_${port}._tcp.${line}`)
}

function delegation(zone: Zone, ds: string): string {
  const server = `${zone.name}. NS ${NAME_SERVER}`
  switch (zone.signing) {
    case 'unsigned':
      return server
    case 'unsigned-with-ds':
      return `${server}\n${zone.name}. DS 12345 13 2 ${'ab'.repeat(32)}`
    case 'wrong-ds':
      return `${server}\n${ds.replace(/[0-9a-f]{64}$/, 'cd'.repeat(32))}`
    default:
      return `${server}\n${ds}`
  }
}

async function writeZone(folder: string, zone: Zone, text: string): Promise<{ file: string; ds: string }> {
  const file = join(folder, `${zone.name === '.' ? 'root' : zone.name}.zone`)
  writeFileSync(file, text)
  if (zone.signing?.startsWith('unsigned')) return { file, ds: '' }
  const options = { cwd: folder, env: { ...process.env, ...unpackedEnvironment() } }
  const keygen = ['-a', 'ECDSAP256SHA256', '-k', zone.name]
  const key = (await run(program('ldns-keygen'), keygen, options)).stdout.trim()
  const dates = zone.signing === 'expired' ? DATES.past : DATES.now
  const nsec3 = zone.signing === 'nsec3' ? ['-n', '-a', '1', '-t', '0'] : []
  const signed = `${file}.signed`
  await run(program('ldns-signzone'), [...dates, ...nsec3, '-o', zone.name, '-f', signed, file, key], options)
  // One line: owner, TTL, class, DS and its data.
  const ds = readFileSync(join(folder, `${key}.ds`), 'utf8').trim()
  return { file: signed, ds }
}

/** The words about a certificate file that TLSA records are made of. */
export function certificateWords(name: string, file: string): readonly (readonly [string, string])[] {
  return [
    [`spki:${name}`, tlsaData(file, 1, 'sha256')],
    [`cert:${name}`, tlsaData(file, 0, 'sha256')],
    [`cert512:${name}`, tlsaData(file, 0, 'sha512')],
  ]
}
