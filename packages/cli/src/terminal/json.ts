/**
 * Json: one JSON object per line, for machines.
 */
import type { Terminal } from './human.ts'

export function writeJson(terminal: Terminal, value: object): void {
  terminal.write(`${JSON.stringify(value)}\n`)
}
