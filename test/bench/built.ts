/**
 * Built: processes of a benchmark run what npm would publish, not the sources: stripping types costs time and memory that no
 * user pays.
 */
import { execFileSync } from 'node:child_process'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'

export const ROOT: string = dirname(dirname(import.meta.dirname))

/** Builds the packages where they are not fresh. */
export function build(): void {
  execFileSync('npm', ['run', '--silent', 'build'], { cwd: ROOT, stdio: ['ignore', 'ignore', 'inherit'] })
}

/** What Node is given where `postrider` runs as a service. */
export interface Given {
  /** By the first line of the command. */
  readonly flags: readonly string[]
  /** By the unit, without what names places; nothing that this machine's own environment adds to Node. */
  readonly env: Readonly<Record<string, string | undefined>>
}

export function givenByPostrider(): Given {
  const [first = ''] = readFileSync(join(ROOT, 'packages/cli/bin/postrider.js'), 'utf8').split('\n')
  const unit = readFileSync(join(ROOT, 'packages/relay/postrider.service'), 'utf8')
  const variables = [...unit.matchAll(/^Environment=(?!POSTRIDER_)(\w+)=(.*)$/gm)]
  return {
    flags: first.split(' ').filter(word => word.startsWith('--')),
    env: {
      NODE_EXTRA_CA_CERTS: undefined,
      ...Object.fromEntries(variables.map(([, name = '', value = '']) => [name, value])),
    },
  }
}

/** What `postrider` does first, for code that stands in for it. */
export const FIRST_LINE: string = `import ${JSON.stringify(join(ROOT, 'packages/cli/bin/threads.js'))}\n`

export interface BuiltNode {
  readonly args: readonly string[]
  readonly env: Readonly<Record<string, string | undefined>>
  readonly cwd: string
}

/** How a Node is started that runs JavaScript module code against the built packages, as a service's is. */
export function builtNode(code: string, options: unknown): BuiltNode {
  const { flags, env } = givenByPostrider()
  const args = [...flags, '--input-type=module', '--eval', FIRST_LINE + code, JSON.stringify(options)]
  return { args, env, cwd: join(ROOT, 'test') }
}

const PACKAGES = ['core', 'relay', 'cli']

/** The archives that npm would publish, core first. */
export function pack(folder: string): readonly string[] {
  mkdirSync(folder, { recursive: true })
  return PACKAGES.map(name => {
    const args = ['pack', '--silent', '--pack-destination', folder, '--workspace', `@postrider/${name}`]
    return join(folder, execFileSync('npm', args, { cwd: ROOT, encoding: 'utf8' }).trim().split('\n').at(-1) ?? '')
  })
}

/** Without what developers need. */
export function installInto(folder: string, archives: readonly string[]): string {
  mkdirSync(folder, { recursive: true })
  writeFileSync(join(folder, 'package.json'), '{ "private": true, "type": "module" }')
  const args = ['install', '--omit=dev', '--no-audit', '--no-fund', '--silent', ...archives]
  execFileSync('npm', args, { cwd: folder, stdio: ['ignore', 'ignore', 'inherit'] })
  return folder
}
