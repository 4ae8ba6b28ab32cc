/**
 * Results: what a benchmark found, kept as JSON beside it, from which docs/performance.md is made.
 */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { labFolder } from '../interop/lab/folders.ts'
import { describeMachine, type Machine } from './machine.ts'

const FOLDER = join(import.meta.dirname, 'results')

export interface Result<Figures> {
  readonly name: string
  readonly machine: Machine
  readonly figures: Figures
}

export function keep<Figures>(name: string, figures: Figures): void {
  mkdirSync(FOLDER, { recursive: true })
  const result: Result<Figures> = { name, machine: describeMachine(labFolder('bench')), figures }
  writeFileSync(join(FOLDER, `${name}.json`), `${JSON.stringify(result, undefined, 2)}\n`)
}

export function kept<Figures>(name: string): Result<Figures> | undefined {
  const file = join(FOLDER, `${name}.json`)
  return existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as Result<Figures>) : undefined
}

export interface Effort {
  /** A taste of each figure, kept nowhere. */
  readonly quick: boolean
  /** Also write CPU profiles. */
  readonly profile: boolean
  /** How often each relay runs each scenario. @default 7 */
  readonly runs?: number
  /** Leave out what is measured over TLS. */
  readonly plain: boolean
  /** Folder of another checkout, whose build is compared with. */
  readonly base?: string
  /** Names of options there, by their names here. */
  readonly rename?: Readonly<Record<string, string>>
}

/** Writes a line for people. */
export function say(line: string): void {
  process.stdout.write(`${line}\n`)
}
