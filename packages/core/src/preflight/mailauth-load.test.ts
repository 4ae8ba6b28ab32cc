import assert from 'node:assert/strict'
import { createRequire } from 'node:module'
import { test } from 'node:test'
import { loadInParts } from './mailauth.ts'

const { cache } = createRequire(import.meta.url)
const modules = (): number => Object.keys(cache).length

test('mailauth is loaded in parts, with other work between them, and little is left to load at once', async () => {
  const before = modules()
  const largest = { part: 0 }
  let turns = 0
  let last = before
  const look = (): void => {
    turns++
    largest.part = Math.max(largest.part, modules() - last)
    last = modules()
    immediate = setImmediate(look)
  }
  let immediate = setImmediate(look)
  await loadInParts()
  clearImmediate(immediate)
  const parts = modules() - before
  await import('mailauth/lib/spf/index.js')
  await import('mailauth/lib/dmarc/index.js')
  const rest = modules() - before - parts
  assert.ok(turns >= 6, `${turns} turns`)
  assert.ok(parts > 60, `${parts} modules in parts`)
  assert.ok(largest.part <= parts / 2, `${largest.part} of ${parts} modules at once`)
  assert.ok(rest <= 30, `${rest} modules were left`)
})
