/**
 * Configuration, for tests: files laid in a folder of their own, loaded or refused.
 */
import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after } from 'node:test'
import { MailerError } from '../model/error.ts'
import { type LoadedConfig, loadConfig } from './load.ts'

const folder: string = mkdtempSync(join(tmpdir(), 'postrider-config-'))
after(() => rmSync(folder, { recursive: true }))
let folders = 0

export interface World {
  readonly yaml?: string
  readonly env?: Readonly<Record<string, string>>
  readonly files?: Readonly<Record<string, string>>
}

export const PEM = '-----BEGIN PRIVATE KEY-----\nMAA=\n-----END PRIVATE KEY-----\n'

export function lay({ yaml, files = {} }: World): string {
  const cwd = join(folder, String(folders++))
  mkdirSync(cwd)
  if (yaml !== undefined) writeFileSync(join(cwd, 'postrider.yaml'), yaml)
  for (const [name, text] of Object.entries(files)) writeFileSync(join(cwd, name), text, { mode: 0o600 })
  return cwd
}

export async function load(world: World, cwd: string = lay(world)): Promise<LoadedConfig> {
  return loadConfig({ env: world.env ?? {}, cwd, machineName: 'mail.example.com' })
}

/** The lines of the refusal, without the folder. */
export async function refusal(world: World): Promise<readonly string[]> {
  const cwd = lay(world)
  const error = await load(world, cwd).then(
    () => assert.fail('it was accepted'),
    (error: unknown) => error,
  )
  assert.ok(MailerError.is(error), String(error))
  assert.equal(error.code, 'invalid-config')
  assert.ok(error.where && error.found && error.wanted && error.fix)
  return error.message.replaceAll(`${cwd}/`, '').split('\n')
}
