import assert from 'node:assert/strict'
import { test } from 'node:test'
import { read } from './raw-message.fixture.ts'
import { rewriteFrom } from './rewrite-from.ts'

test('a From of a megabyte of anything costs no more than reading it', async () => {
  const folded = `${' '.repeat(70)}\r\n`.repeat(14_000)
  const hostile = [
    `${folded} eve@bank.example`,
    `x${folded} y <eve@bank.example>`,
    `"${'\\"'.repeat(400_000)} <eve@bank.example>`,
    `${'(a) '.repeat(200_000)}<eve@bank.example>`,
    `${'eve@bank.example, '.repeat(50_000)} eve@bank.example`,
  ]
  for (const from of hostile) {
    const message = await read(`To: x@y.example\r\nFrom: ${from}\r\n\r\nx`).catch(() => undefined)
    if (message === undefined) continue
    const since = performance.now()
    rewriteFrom(message, 'bob@abc.mail')
    assert.ok(performance.now() - since < 1000, `${from.slice(0, 30)} took ${performance.now() - since} ms`)
  }
})
