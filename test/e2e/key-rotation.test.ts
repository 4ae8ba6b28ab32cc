/** `postrider keys` as it is typed: begun, listed and cancelled; no private key is ever shown. */
import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { generateDkimKey } from '@postrider/core'
import { tempFolder } from '../support/folder.ts'
import { type } from '../support/terminal.ts'

async function configured(cwd: string, selector = 'mail'): Promise<void> {
  const dkim = await Promise.all(
    ['a.example', 'b.example'].map(async domain => {
      const { pem } = await generateDkimKey({ domain, selector, algorithm: 'ed25519-sha256' })
      return { domain, selector, privateKey: pem }
    }),
  )
  const config = { hostname: 'mail.a.example', queue: { path: join(cwd, 'queue.db') }, dkim }
  writeFileSync(join(cwd, 'postrider.yaml'), JSON.stringify(config), { mode: 0o600 })
}

test('keys of one domain or of all are begun to turn once, with the records to publish', async t => {
  const cwd = tempFolder(t)
  await configured(cwd)
  const first = await type('keys rotate a.example', { cwd })
  assert.equal(first.code, 0, first.err)
  assert.match(first.out, /mail2\._domainkey\.a\.example\. 3600 IN TXT "v=DKIM1; k=ed25519; p=/)
  const again = await type('keys rotate', { cwd, json: true })
  const states = again.out
    .trim()
    .split('\n')
    .map(line => JSON.parse(line) as Record<string, unknown>)
  assert.deepEqual(
    states.map(({ domain, begun, stage, selectors, former }) => [domain, begun, stage, selectors, former]),
    [
      ['a.example', false, 'publish', ['mail2'], ['mail']],
      ['b.example', true, 'publish', ['mail2'], ['mail']],
    ],
  )
  const listed = await type('keys list --all', { cwd, json: true })
  for (const { out } of [first, again, listed]) assert.doesNotMatch(out, /PRIVATE|privateKey/)
  assert.match((await type('keys list', { cwd })).out, /a\.example +to be published .*mail2 +mail/)
})

test('one that does not sign yet is cancelled, and then there is nothing to cancel', async t => {
  const cwd = tempFolder(t)
  await configured(cwd)
  assert.equal((await type('keys cancel a.example', { cwd })).code, 65)
  await type('keys rotate a.example', { cwd })
  const ended = await type('keys cancel a.example', { cwd, json: true })
  assert.deepEqual(JSON.parse(ended.out), { cancelled: 'a.example', selectors: ['mail2'] })
  assert.match((await type('keys list', { cwd })).out, /no keys are being turned/)
})

test('a domain that nothing signs for is refused', async t => {
  const cwd = tempFolder(t)
  await configured(cwd)
  const { code, err } = await type('keys rotate c.example', { cwd })
  assert.equal(code, 65)
  assert.match(err, /postrider keygen c\.example/)
})

test('a key that is made by hand gets no selector of one that is being turned', async t => {
  const cwd = tempFolder(t)
  await configured(cwd, 'postrider')
  await type('keys rotate a.example', { cwd })
  const { out } = await type('keygen a.example', { cwd, json: true, flags: { algorithm: 'ed25519' } })
  assert.equal((JSON.parse(out) as { readonly selector: string }).selector, 'postrider3')
})
