/**
 * TlsaAdvice: the TLSA records of this host's own keys, present and next, and how to change a key without losing mail.
 *
 * Policy. They are told apart from the records to publish, because they help only in a zone that is signed with DNSSEC, and do
 * harm when they are forgotten at the next change of the key. RFC 7671 §8
 */

import { readFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { say } from '../language/commands.ts'

export interface TlsaAdviceOptions {
  readonly hostname: string
  /** Whether this host takes mail from others, and so is asked on port 25. */
  readonly takesMail: boolean
  /** PEM files: a certificate or key each, the present one first. */
  readonly files: readonly string[]
  readonly cwd: string
  /** The certificate that this host shows, PEM: where no file is named, and others ask it on port 25. */
  readonly shown?: string | undefined
}

/** Ports of submission. RFC 6409 §3.1, RFC 8314 §3.3 */
const SUBMISSION = [465, 587]

/** @throws MailerError `invalid-key`; a system error for a file that cannot be read */
export async function tlsaAdvice(options: TlsaAdviceOptions): Promise<readonly string[]> {
  const { hostname, takesMail, files, cwd, shown } = options
  const own = files.length === 0 && takesMail && shown !== undefined ? [shown] : []
  if (files.length + own.length === 0) return []
  const { tlsaRecord } = await import('@postrider/core')
  const named = await Promise.all(files.map(file => readFile(resolve(cwd, file), 'utf8')))
  const pems = [...named, ...own]
  const ports = own.length > 0 ? [25] : takesMail ? [25, ...SUBMISSION] : SUBMISSION
  const lines = ports.flatMap(port =>
    pems.map(pem => {
      const { name, value } = tlsaRecord({ host: hostname, port, pem })
      return `${name}. IN TLSA ${value}`
    }),
  )
  return [
    say('tlsa.signed-only', { hostname, records: [...new Set(lines)].join('\n') }),
    pems.length > 1 ? say('tlsa.both-stand') : say('tlsa.before-change'),
  ]
}
