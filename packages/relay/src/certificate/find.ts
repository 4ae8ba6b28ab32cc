/**
 * Find: certificates and their keys in a folder, whatever they are called.
 *
 * Policy. Let's Encrypt's `fullchain.pem` and `privkey.pem` first; else every file that ends in .crt, .cer or .pem and every
 * one that ends in .key or .pem, matched by their keys rather than their names: the old containers took any name. A bundle that holds both is
 * a pair by itself. A folder of folders (`/etc/letsencrypt/live`) is looked into one level deep. What cannot be read is told,
 * not fatal: another file may serve.
 */
import { readdir, readFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { type CertificatePair, readPair } from './pair.ts'

export interface Found {
  readonly pairs: readonly CertificatePair[]
  readonly problems: readonly string[]
}

interface File {
  readonly path: string
  readonly text: string
}

const CERTIFICATE = '-----BEGIN CERTIFICATE-----'
const PRIVATE_KEY = /-----BEGIN (?:RSA |EC |)PRIVATE KEY-----/
/** A PEM file that is larger than this is something else. */
const MOST_BYTES = 256 * 1024

export async function findPairs(folder: string): Promise<Found> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => [])
  const inner = await Promise.all(
    entries
      .filter(entry => entry.isDirectory() && !entry.name.startsWith('.'))
      .map(entry => pairsIn(join(folder, entry.name))),
  )
  const own = await pairsIn(folder)
  return {
    pairs: [...own.pairs, ...inner.flatMap(found => found.pairs)],
    problems: [...own.problems, ...inner.flatMap(found => found.problems)],
  }
}

async function pairsIn(folder: string): Promise<Found> {
  const names = (await readdir(folder).catch(() => [] as string[]))
    .filter(name => /\.(?:crt|cer|pem|key)$/i.test(name))
    .sort()
  const problems: string[] = []
  const files: File[] = []
  for (const name of preferred(names)) {
    const path = join(folder, name)
    try {
      const text = await readFile(path, 'utf8')
      if (text.length <= MOST_BYTES) files.push({ path, text })
    } catch (error) {
      problems.push(`${path} cannot be read (${(error as NodeJS.ErrnoException).code})`)
    }
  }
  const pairs = matched(files)
  if (pairs.length === 0 && files.some(file => file.text.includes(CERTIFICATE))) {
    problems.push(`${folder} has a certificate and no private key that belongs to it`)
  }
  return { pairs, problems }
}

/** Certbot keeps the chain apart and together; together is what a server shows. */
function preferred(names: readonly string[]): readonly string[] {
  return names.includes('fullchain.pem') && names.includes('privkey.pem') ? ['fullchain.pem', 'privkey.pem'] : names
}

function matched(files: readonly File[]): readonly CertificatePair[] {
  const keys = files.flatMap(({ text }) => PRIVATE_KEY.exec(text)?.input ?? [])
  const pairs = new Map<string, CertificatePair>()
  for (const { path, text } of files) {
    if (!text.includes(CERTIFICATE)) continue
    for (const key of keys) {
      const pair = readPair(text, keyOf(key), path)
      if ('problem' in pair) continue
      // The same certificate twice: alone and with its chain. The longer one is what a server shows.
      const known = pairs.get(pair.fingerprint)
      if (known === undefined || known.certificate.length < text.length) pairs.set(pair.fingerprint, pair)
    }
  }
  return [...pairs.values()].sort((a, b) => b.validTo - a.validTo || (basename(a.source) < basename(b.source) ? -1 : 1))
}

/** The key alone, from a file that may hold more. */
function keyOf(text: string): string {
  const start = text.search(PRIVATE_KEY)
  const end = text.indexOf('-----END', start)
  const stop = end < 0 ? text.length : text.indexOf('-----', end + 8) + 5
  return `${text.slice(start, stop)}\n`
}
