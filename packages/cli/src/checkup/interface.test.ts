/** What the doctor says of logins to the interface. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { checkProvider } from './interface.ts'

const ISSUER = 'https://id.example.com'

test('a provider that answers is good, and one that does not is told with what it said', async () => {
  const good = await checkProvider(ISSUER, async () => undefined)
  assert.deepEqual([good.id, good.level], ['interface.oidc', 'ok'])
  const silent = await checkProvider(ISSUER, async () => {
    throw new Error('connect ECONNREFUSED')
  })
  assert.equal(silent.level, 'warn')
  assert.match(silent.found, /https:\/\/id\.example\.com.*ECONNREFUSED/)
  assert.match(silent.fix ?? '', /relay\.http\.oidc\.issuer/)
})
