/**
 * SelfSigned: a certificate that encrypts and proves nothing, for a host that has no other yet.
 *
 * Policy. Ten years, because it is replaced by a better one and not by time; kept in a file, so that clients which were told to
 * trust it still do after a restart.
 *
 * Not here: the octets of a certificate (issue.ts), whether one is needed (the front).
 */
import { mkdir, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import { MailerError } from '@postrider/core'
import { makeKey, privateKeyPem, selfSigned } from './issue.ts'

export interface SelfSignedRequest {
  /** DNS names; the first is the subject. */
  readonly names: readonly string[]
  readonly certificateFile: string
  readonly privateKeyFile: string
  readonly now: number
}

const TEN_YEARS_MS = 3650 * 86_400_000

/** Makes the pair and writes both files, the key for its owner only. @throws {MailerError} `invalid-option` when it cannot */
export async function makeSelfSigned({
  names,
  certificateFile,
  privateKeyFile,
  now,
}: SelfSignedRequest): Promise<void> {
  const key = await makeKey()
  try {
    await mkdir(dirname(certificateFile), { recursive: true, mode: 0o750 })
    await writeFile(privateKeyFile, privateKeyPem(key), { mode: 0o600, flag: 'wx' })
    await writeFile(certificateFile, selfSigned({ names, key, now, validMs: TEN_YEARS_MS }), { mode: 0o644 })
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException
    throw new MailerError('invalid-option', `the certificate ${certificateFile} cannot be written (${code})`, {
      where: 'relay.folder',
      found: certificateFile,
      wanted: 'a folder this user may write to, or a certificate in relay.certificates',
      fix:
        code === 'EEXIST'
          ? `remove ${privateKeyFile}, which has no certificate`
          : 'correct the permissions, or set relay.folder',
      cause,
    })
  }
}
