/**
 * Place: where everything of a soak stands: addresses, free ports, a folder, and the small disk of the queue.
 *
 * Policy. The disk is a tmpfs of its own, so that it can be filled to the last octet; mounting needs root, and without it the
 * soak goes on with a folder and says so.
 */
import { spawnSync } from 'node:child_process'
import { closeSync, mkdirSync, mkdtempSync, openSync, rmSync, statfsSync, writeSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

export const RELAY = '127.0.0.50'
export const SINKS = ['127.0.0.51', '127.0.0.52'] as const
const DISK_MIB = 256

export interface Place {
  readonly folder: string
  readonly disk: Disk
  remove(): void
}

export interface Disk {
  readonly folder: string
  /** Whether it can be filled. */
  readonly small: boolean
  fill(): void
  free(): void
}

export function makePlace(): Place {
  const folder = mkdtempSync(join(tmpdir(), 'postrider-soak-'))
  const disk = makeDisk(join(folder, 'disk'))
  return {
    folder,
    disk,
    remove: () => {
      if (disk.small) spawnSync('umount', ['-l', disk.folder])
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

function makeDisk(folder: string): Disk {
  mkdirSync(folder)
  const small = spawnSync('mount', ['-t', 'tmpfs', '-o', `size=${DISK_MIB}m`, 'tmpfs', folder]).status === 0
  const ballast = join(folder, 'ballast')
  return {
    folder,
    small,
    fill: () => {
      if (small) writeUntilFull(ballast, folder)
    },
    free: () => rmSync(ballast, { force: true }),
  }
}

function writeUntilFull(path: string, folder: string): void {
  const file = openSync(path, 'w')
  try {
    for (let size = 2 ** 20; size >= 4096; size /= 4) {
      const block = Buffer.alloc(size)
      const { bavail, bsize } = statfsSync(folder)
      for (let left = bavail * bsize; left >= size; left -= size) writeSync(file, block)
    }
  } catch (error) {
    // The relay writes too, so the end may come before its time.
    if ((error as { readonly code?: string }).code !== 'ENOSPC') throw error
  } finally {
    closeSync(file)
  }
}
