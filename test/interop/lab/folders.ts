/**
 * Folders: where the lab keeps the unpacked servers, its keys and zones, and what arrived.
 *
 * Policy. Below `.work` of the checkout, which git ignores. exim and Postfix give up root and must still get there, so a
 * checkout that others may not enter (one in /root) puts it under the system's temporary folder instead.
 * MAIL_LAB names another place.
 */
import { mkdirSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'

const CHECKOUT = dirname(dirname(dirname(import.meta.dirname)))

const LAB: string = labOf(CHECKOUT, process.env.MAIL_LAB)

/** The root of the unpacked Debian packages. */
export const DEBIAN: string = join(LAB, 'debian')

/** Where the lab of a checkout is. */
export function labOf(checkout: string, named: string | undefined): string {
  return named ?? (open(checkout) ? join(checkout, '.work/lab') : join(tmpdir(), 'postrider-lab'))
}

/** Whether everybody may pass through a folder and all above it. */
function open(folder: string): boolean {
  return (statSync(folder).mode & 0o001) !== 0 && (dirname(folder) === folder || open(dirname(folder)))
}

/** A folder of the lab, made when missing. */
export function labFolder(...parts: readonly string[]): string {
  const folder = join(LAB, ...parts)
  mkdirSync(folder, { recursive: true })
  return folder
}
