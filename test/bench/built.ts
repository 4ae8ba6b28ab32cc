/**
 * Built: processes of a benchmark run what npm would publish, not the sources: stripping types costs time and memory that no
 * user pays.
 */
import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'

export const ROOT: string = dirname(dirname(import.meta.dirname))

/** Builds the packages where they are not fresh. */
export function build(): void {
  execFileSync('npm', ['run', '--silent', 'build'], { cwd: ROOT, stdio: ['ignore', 'ignore', 'inherit'] })
}

/** What `postrider` gives Node: its first line says it. */
export function flagsOfPostrider(): readonly string[] {
  const [first = ''] = readFileSync(join(ROOT, 'packages/cli/bin/postrider.js'), 'utf8').split('\n')
  return first.split(' ').filter(word => word.startsWith('--'))
}

/** What `postrider` does first, for code that stands in for it. */
export const FIRST_LINE: string = `import ${JSON.stringify(join(ROOT, 'packages/cli/bin/threads.js'))}\n`

/** The arguments of a Node that runs JavaScript module code against the built packages; run it in `cwd`. */
export function builtNode(code: string, options: unknown): { readonly args: readonly string[]; readonly cwd: string } {
  const args = [...flagsOfPostrider(), '--input-type=module', '--eval', FIRST_LINE + code, JSON.stringify(options)]
  return { args, cwd: join(ROOT, 'test') }
}
