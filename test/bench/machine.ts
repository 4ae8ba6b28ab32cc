/**
 * Machine: on what a figure was measured. Figures of two machines are never compared; ratios of one run are.
 */
import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { cpus, totalmem } from 'node:os'

export interface Machine {
  readonly cpu: string
  readonly cores: number
  readonly memoryGiB: number
  readonly system: string
  readonly node: string
  /** File system of the queues, and what one fsync of 4 KiB costs there. */
  readonly disk: string
}

export function describeMachine(folder: string): Machine {
  const release = readFileSync('/etc/os-release', 'utf8')
  return {
    cpu: cpus()[0]?.model ?? 'unknown',
    cores: cpus().length,
    memoryGiB: Math.round(totalmem() / 2 ** 30),
    system: /^PRETTY_NAME="?([^"\n]*)/m.exec(release)?.[1] ?? 'unknown',
    node: process.version,
    disk: execFileSync('df', ['--output=fstype', folder], { encoding: 'utf8' }).trim().split('\n').at(-1) ?? 'unknown',
  }
}
