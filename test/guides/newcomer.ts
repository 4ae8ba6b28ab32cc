/**
 * Newcomer: somebody who follows a guide in an empty folder. The pages with their blocks of code, and a shell in which `npm install` and
 * `npx postrider` are those of this checkout.
 */
import assert from 'node:assert/strict'
import { chmodSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Child, startProgram } from '../support/child.ts'

export const ROOT: string = join(import.meta.dirname, '../..')
const PROGRAM = join(ROOT, 'packages/cli/bin/postrider.js')
export const LANGUAGES = ['zh-TW', 'zh-CN'] as const
/** The address that its DNS gives the host. */
export const ADDRESS = '93.184.216.5'

export type Shell = (command: string) => Child

export function read(page: string, language = 'guides'): string {
  return readFileSync(join(ROOT, 'docs', language, page), 'utf8')
}

/** The blocks of code of these languages, in order, without the margin of the list that they stand in. */
export function blocks(text: string, ...of: readonly string[]): readonly string[] {
  return [...text.matchAll(/^( *)```(\w+)\n([\s\S]*?)^ *```/gm)]
    .filter(([, , language]) => of.length === 0 || of.includes(language!))
    .map(([, margin = '', , code = '']) => code.replaceAll(new RegExp(`^${margin}`, 'gm'), ''))
}

/** Commands of a block, continued lines joined. */
export const commandsOf = (text: string): readonly string[] =>
  blocks(text, 'sh').flatMap(block => block.replaceAll('\\\n', ' ').split('\n').filter(Boolean))

/** Where its questions and its mail go. */
interface World {
  readonly dns: string
  readonly mxPort: number
}

/** A folder where `npm install` and `npx postrider` are those of this checkout, and everything else is as it is. */
export function newcomer(folder: string, { dns, mxPort }: World): Shell {
  const bin = join(folder, '.bin')
  mkdirSync(bin)
  writeFileSync(join(bin, 'npx'), `#!/bin/sh\nshift\nexec "${process.execPath}" "${PROGRAM}" "$@"\n`)
  writeFileSync(join(bin, 'npm'), '#!/bin/sh\nexit 0\n')
  for (const name of ['npx', 'npm']) chmodSync(join(bin, name), 0o755)
  mkdirSync(join(folder, 'node_modules'))
  for (const name of ['@postrider', 'nodemailer'])
    symlinkSync(join(ROOT, 'node_modules', name), join(folder, 'node_modules', name))
  const env = {
    PATH: `${bin}:${process.env.PATH}`,
    POSTRIDER_DNS_SERVERS: dns,
    POSTRIDER_DELIVERY_PORT: String(mxPort),
    POSTRIDER_DELIVERY_ALLOW_PRIVATE_ADDRESSES: 'true',
    POSTRIDER_EGRESS_PUBLIC_ADDRESSES: ADDRESS,
    NO_COLOR: '1',
  }
  return command => startProgram('/bin/sh', { args: ['-c', `exec ${command}`], cwd: folder, env })
}

export async function run(sh: Shell, command: string, codes: readonly number[] = [0]): Promise<string> {
  const { code, stdout, stderr } = await sh(command).ended()
  assert.ok(codes.includes(code ?? -1), `${command}: ${code}\n${stdout}${stderr}`)
  return stdout
}

export async function until(isSo: () => boolean): Promise<void> {
  const end = Date.now() + 60_000
  while (!isSo()) {
    if (Date.now() > end) throw new Error('it did not come to it within a minute')
    await new Promise(resolve => setTimeout(resolve, 50))
  }
}
