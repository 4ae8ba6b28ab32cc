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

/** What `postrider` gives Node: the first line of its file says it. */
export interface Given {
  readonly flags: readonly string[]
  readonly env: Readonly<Record<string, string>>
}

export function givenByPostrider(): Given {
  const [first = ''] = readFileSync(join(ROOT, 'packages/cli/bin/postrider.js'), 'utf8').split('\n')
  const words = first.split(' ')
  return {
    flags: words.filter(word => word.startsWith('--')),
    env: Object.fromEntries(words.filter(word => /^\w+=/.test(word)).map(word => word.split('=', 2))),
  }
}

/** What `postrider` does first, for code that stands in for it. */
export const FIRST_LINE: string = `import ${JSON.stringify(join(ROOT, 'packages/cli/bin/threads.js'))}\n`

export interface BuiltNode {
  readonly args: readonly string[]
  readonly env: Readonly<Record<string, string>>
  readonly cwd: string
}

/** How a Node is started that runs JavaScript module code against the built packages, as `postrider` would be. */
export function builtNode(code: string, options: unknown): BuiltNode {
  const { flags, env } = givenByPostrider()
  const args = [...flags, '--input-type=module', '--eval', FIRST_LINE + code, JSON.stringify(options)]
  return { args, env, cwd: join(ROOT, 'test') }
}
