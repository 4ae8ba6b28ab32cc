import assert from 'node:assert/strict'
import { createHash, randomBytes } from 'node:crypto'
import { suite, test } from 'node:test'
import fc from 'fast-check'
import { parseAddress } from '../model/address.ts'
import { makeQueueId } from '../model/queue-id.ts'
import { printReturnAddress, type ReturnAddress, type ReturnKeys, readReturnAddress } from './return-address.ts'

const NOW = Date.UTC(2026, 10, 30)
const DAY = 86_400_000
const key = (text: string): Uint8Array => createHash('sha256').update(text).digest()
const KEYS: ReturnKeys = { domain: 'bounces.example.com', keys: [key('new')] }
const of = (more: Partial<ReturnAddress> = {}): ReturnAddress => ({
  purpose: 'bounce',
  id: makeQueueId(NOW),
  recipient: 2,
  ...more,
})

suite('a return address', () => {
  test('comes back as it was written, of every purpose and recipient, in any case', () => {
    const purpose = fc.constantFrom('bounce', 'unsubscribe', 'feedback')
    fc.assert(
      fc.property(purpose, fc.nat(32 ** 6 - 1), (purpose, recipient) => {
        const wanted = of({ purpose, recipient })
        const address = printReturnAddress(wanted, KEYS)
        for (const written of [address, address.toUpperCase(), `${address}.`])
          assert.deepEqual(readReturnAddress(written, KEYS, NOW), wanted)
      }),
    )
  })
  test('is lower case, short, and an address that nobody quotes', () => {
    const address = printReturnAddress(of({ recipient: 32 ** 6 - 1 }), KEYS)
    assert.match(address, /^b1-[0-9a-z]{20}-[0-9a-z]{6}-[0-9a-z]{13}@bounces\.example\.com$/)
    assert.ok(address.indexOf('@') <= 48)
    assert.ok(!('problem' in parseAddress(address)))
  })
  test('of which one character differs was not made by us', () => {
    const address = printReturnAddress(of(), KEYS)
    const local = address.slice(0, address.indexOf('@'))
    for (let at = 0; at < local.length; at++) {
      for (const other of 'a0zbuf-') {
        if (other === local[at]) continue
        const forged = `${address.slice(0, at)}${other}${address.slice(at + 1)}`
        assert.equal(typeof readReturnAddress(forged, KEYS, NOW), 'string', forged)
      }
    }
  })
  test('counts at its own domain alone, whoever has the key', () => {
    const other = { ...KEYS, domain: 'bounces.example.net' }
    const moved = printReturnAddress(of(), other).replace('.net', '.com')
    assert.equal(readReturnAddress(moved, KEYS, NOW), 'foreign')
    assert.equal(readReturnAddress(printReturnAddress(of(), other), KEYS, NOW), 'none')
  })
  test('holds while its key is rotated, and not when that is gone', () => {
    const old = printReturnAddress(of(), { ...KEYS, keys: [key('old')] })
    assert.equal(typeof readReturnAddress(old, { ...KEYS, keys: [key('new'), key('old')] }, NOW), 'object')
    assert.equal(readReturnAddress(old, KEYS, NOW), 'foreign')
  })
  test('is too old by itself, a bounce sooner than a wish to be let alone', () => {
    const at = (purpose: ReturnAddress['purpose'], days: number) =>
      readReturnAddress(printReturnAddress(of({ purpose }), KEYS), KEYS, NOW + days * DAY)
    assert.equal(typeof at('bounce', 29), 'object')
    assert.equal(at('bounce', 31), 'expired')
    assert.equal(typeof at('unsubscribe', 399), 'object')
    assert.equal(at('unsubscribe', 401), 'expired')
    assert.equal(at('feedback', -1), 'expired')
  })
  test('a hundred thousand that strangers made up are refused in constant memory', () => {
    const digits = '0123456789abcdefghjkmnpqrstvwxyz'
    const random = (count: number) => Array.from(randomBytes(count), octet => digits[octet % 32]).join('')
    const id = makeQueueId(NOW).toLowerCase()
    const guess = (): string => readReturnAddress(`b1-${id}-0-${random(13)}@bounces.example.com`, KEYS, NOW) as string
    for (let warm = 0; warm < 2_000; warm++) guess()
    globalThis.gc?.()
    const before = process.memoryUsage().heapUsed
    for (let count = 0; count < 100_000; count++) assert.equal(guess(), 'foreign')
    globalThis.gc?.()
    assert.ok(process.memoryUsage().heapUsed - before < 64e6)
  })
})
