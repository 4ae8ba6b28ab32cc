import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { hostname, tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import type { Context } from './command.ts'
import { openMailer, readOptionsAbout, readOptionsWithKeys } from './mailer.ts'

async function said(
  env: Context['env'],
  files: Readonly<Record<string, string>> = {},
  read: (context: Context) => Promise<unknown> = context =>
    readOptionsAbout('example.org', { args: [], flags: {} }, context),
): Promise<string> {
  let err = ''
  const cwd = mkdtempSync(join(tmpdir(), 'mailer-'))
  for (const [name, text] of Object.entries(files)) writeFileSync(join(cwd, name), text)
  const context: Context = {
    out: { interactive: false, write: () => {} },
    err: { interactive: false, write: text => (err += text) },
    json: false,
    env: { POSTRIDER_QUEUE_PATH: join(cwd, 'queue.db'), ...env },
    cwd,
    stdin: (async function* () {})(),
    now: () => 0,
  }
  try {
    await read(context)
  } finally {
    rmSync(cwd, { recursive: true })
  }
  return err
}

test('a host that is configured with the name that would be proposed is not told that it has none', async () => {
  assert.doesNotMatch(await said({ POSTRIDER_HOSTNAME: 'mail.example.org' }), /no hostname/)
  // A machine whose own name others could look up needs no stand-in.
  if (!hostname().includes('.')) assert.match(await said({}), /no hostname is configured.*mail\.example\.org/)
})

test('a store that cannot be opened keeps nobody from looking: the keys of the configuration are taken, and that is told', async () => {
  const env = { POSTRIDER_HOSTNAME: 'mail.example.org' }
  const broken = 'this is no database, and long enough to be read as the header of one'.repeat(10)
  assert.match(await said(env, { 'accounts.db': broken }), /keys that were turned are not known.*accounts\.db/s)
  assert.doesNotMatch(await said(env), /turned/)
  // One of these keys may be revoked.
  const input = { args: [], flags: {} }
  for (const signs of [
    (context: Context) => readOptionsWithKeys(input, context),
    (context: Context) => openMailer(input, context, 'deliver'),
  ])
    await assert.rejects(said(env, { 'accounts.db': broken }, signs), { code: 'queue-unavailable' })
})
