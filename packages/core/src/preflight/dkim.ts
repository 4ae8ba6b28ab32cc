/**
 * Dkim: is each key that signs published, and is what is published our key?
 *
 * Policy. A signature that does not verify is worth less than none, and it is certain to fail when the record is missing,
 * revoked, unreadable or of another key. A key whose record says something that forbids our use (hash, service, algorithm)
 * is unreadable for us. Several records at one name are undefined (RFC 6376 §3.6.2.2): fine if one is ours, with a warning.
 *
 * Not here: which keys sign a message (sign/), whether d= aligns (dmarc.ts).
 */

import { Buffer } from 'node:buffer'
import { createPublicKey, type KeyObject } from 'node:crypto'
import { say } from '../language/findings-domain.ts'
import type { Check } from '../model/clearance.ts'
import type { DkimKey } from '../model/dkim-key.ts'
import { type Asking, askTxt, printNothing } from './ask.ts'
import { txtLine } from './record-text.ts'
import { check } from './report.ts'
import { parseTags } from './tags.ts'

/** Looked for once in each run. */
const PADDING = /(?<!=)=+$/

const OURS = 'ours'
const OTHER = 'other'

export interface DkimFindings {
  readonly checks: readonly Check[]
  readonly key: DkimKey
  readonly verifies: 'yes' | 'no' | 'unknown'
  /** Seconds. */
  readonly ttl: number
}

export function dkimRecordOf(key: DkimKey): { readonly name: string; readonly value: string } {
  const type = key.algorithm === 'rsa-sha256' ? 'rsa' : 'ed25519'
  return { name: `${key.selector}._domainkey.${key.domain}`, value: `v=DKIM1; k=${type}; p=${key.publicKey}` }
}

export async function checkDkimKey(asking: Asking, key: DkimKey): Promise<DkimFindings> {
  const { name, value } = dkimRecordOf(key)
  const fix = txtLine(name, value)
  // Whole, it would stand there twice: the fix has it.
  const wanted = say('dkim.published.wanted', { key: key.publicKey.slice(0, 20) })
  const asked = await askTxt(asking, name)
  if (asked.kind === 'unknown') {
    const found = `${name} TXT: ${printNothing(asked, 'TXT')}`
    return {
      checks: [check('dkim.published', { level: 'unknown', found, wanted })],
      key,
      verifies: 'unknown',
      ttl: 0,
    }
  }
  if (asked.kind === 'absent') {
    const found = `${name} TXT: ${printNothing(asked, 'TXT')}`
    const checks = [check('dkim.published', { level: 'fail', found, wanted, fix })]
    return { checks, key, verifies: 'no', ttl: asked.ttl }
  }
  const read = asked.values.map(text => readKeyRecord(text, key))
  const ours = read.find(each => each === OURS)
  const found = `${name} TXT: ${asked.values.map(text => JSON.stringify(text)).join(' and ')}`
  if (ours !== undefined) {
    const single = read.length === 1
    const odd = oddities(asked.values.filter((_, index) => read[index] === OURS))
    if (single && odd !== undefined) {
      const told = check(odd.id, { level: 'warn', found: `${found}: ${odd.text}`, wanted: odd.wanted, fix })
      return { checks: [told], key, verifies: odd.verifies, ttl: asked.ttl }
    }
    const checks = [
      check('dkim.matches', {
        level: single ? 'ok' : 'warn',
        found: single
          ? say('dkim.matches.found', { name })
          : say('dkim.matches.found.others', { name, more: read.length - 1 }),
        wanted: say('dkim.matches.wanted'),
        fix: say('record.publish-only', { fix }),
      }),
    ]
    return { checks, key, verifies: 'yes', ttl: asked.ttl }
  }
  const [flaw] = read
  const id = flaw === OTHER ? 'dkim.matches' : 'dkim.published'
  const checks = [
    check(id, { level: 'fail', found: `${found}: ${flaw === OTHER ? say('dkim.flaw.other-key') : flaw}`, wanted, fix }),
  ]
  return { checks, key, verifies: 'no', ttl: asked.ttl }
}

/** OURS, OTHER, or what is wrong with it. RFC 6376 §3.6.1 */
function readKeyRecord(text: string, key: DkimKey): string {
  const tags = parseTags(text)
  if ('problem' in tags) return say('dkim.flaw.no-key-record', { problem: tags.problem })
  const { values } = tags
  const version = values.get('v')
  if (version !== undefined && version !== 'DKIM1') return say('dkim.flaw.version', { version })
  const published = values.get('p')?.replaceAll(/\s+/g, '')
  if (published === undefined) return say('dkim.flaw.no-key')
  if (published === '') return say('dkim.flaw.revoked')
  const wantedType = key.algorithm === 'rsa-sha256' ? 'rsa' : 'ed25519'
  const type = values.get('k') ?? 'rsa'
  if (type !== wantedType) return say('dkim.flaw.type', { type })
  const hashes = values.get('h')
  if (hashes !== undefined && !hashes.split(':').some(hash => hash.trim() === 'sha256'))
    return say('dkim.flaw.hash', { hashes })
  const services = values.get('s')
  if (services !== undefined && !services.split(':').some(one => one.trim() === '*' || one.trim() === 'email'))
    return say('dkim.flaw.not-for-mail', { services })
  return isSameKey(published, key) ? OURS : OTHER
}

interface Oddity {
  readonly id: 'dkim.published' | 'dkim.testing'
  readonly text: string
  readonly wanted: string
  readonly verifies: 'yes' | 'unknown'
}

/** What some verifiers hold against our own key. RFC 6376 §3.6.1 */
function oddities(ours: readonly string[]): Oddity | undefined {
  for (const text of ours) {
    const tags = parseTags(text)
    if ('problem' in tags) continue
    const names = [...tags.values.keys()]
    if (names.includes('v') && names[0] !== 'v') {
      const why = say('dkim.flaw.v-not-first')
      return { id: 'dkim.published', text: why, wanted: say('dkim.published.wanted.v-first'), verifies: 'unknown' }
    }
    const flags = (tags.values.get('t') ?? '').split(':').map(flag => flag.trim().toLowerCase())
    if (flags.includes('y')) {
      const why = say('dkim.testing.found')
      return { id: 'dkim.testing', text: why, wanted: say('dkim.testing.wanted'), verifies: 'yes' }
    }
  }
  return undefined
}

function isSameKey(published: string, key: DkimKey): boolean {
  if (published.replace(PADDING, '') === key.publicKey.replace(PADDING, '')) return true
  if (key.algorithm !== 'rsa-sha256') return false
  const theirs = readRsaKey(published)
  return theirs?.equals(createPublicKey(key.privateKey)) ?? false
}

/** Some publish the bare RSAPublicKey instead of SubjectPublicKeyInfo, and verifiers take both. */
function readRsaKey(published: string): KeyObject | undefined {
  const der = Buffer.from(published, 'base64')
  for (const type of ['spki', 'pkcs1'] as const) {
    try {
      return createPublicKey({ key: der, format: 'der', type })
    } catch {
      // Not in this form.
    }
  }
  return undefined
}

/** RFC 8301 §3.2: shorter than 1024 must not be used; Gmail and others advise 2048. */
export function checkDkimLength(key: DkimKey): Check {
  const { name } = dkimRecordOf(key)
  const bits = key.privateKey.asymmetricKeyDetails?.modulusLength
  const level = bits === undefined || bits >= 2048 ? 'ok' : bits >= 1024 ? 'warn' : 'fail'
  return check('dkim.length', {
    level,
    found: `${name}: ${bits === undefined ? 'Ed25519' : say('dkim.length.found.rsa', { bits })}`,
    wanted: say('dkim.length.wanted'),
    fix: say('dkim.length.fix', { domain: key.domain, selector: nextSelector(key.selector) }),
  })
}

/** A key is never overwritten, and its record has to stand while mail with the old one is on its way. */
function nextSelector(selector: string): string {
  const [, name, number = '1'] = /^(.*?)(\d*)$/.exec(selector) as RegExpExecArray
  return `${name}${Number(number || '1') + 1}`
}
