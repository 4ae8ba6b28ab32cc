import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import type { KeyRotationState } from '@postrider/relay'
import { checkKeyRotation } from './key-rotation.ts'

const DAY = 86_400_000
const NOW = Date.UTC(2026, 5, 1)
const KEYS = [{ domain: 'a.example', selectors: ['mail'], since: NOW - DAY }]
const rotation = (more: Partial<KeyRotationState>): KeyRotationState => ({
  domain: 'a.example',
  stage: 'publish',
  begunAt: NOW - DAY,
  since: NOW - DAY,
  selectors: ['mail2'],
  former: ['mail'],
  records: [{ name: 'mail2._domainkey.a.example', value: 'v=DKIM1; p=new' }],
  byHook: false,
  missing: [],
  ...more,
})

suite('the check of DKIM keys', () => {
  test('is content with keys that are younger than a year, and notes those that are older', () => {
    assert.deepEqual(
      checkKeyRotation(KEYS, [], NOW).map(({ level }) => level),
      ['ok'],
    )
    const [old] = checkKeyRotation([{ ...KEYS[0]!, since: NOW - 366 * DAY }], [], NOW)
    assert.deepEqual([old?.level, old?.fix], ['note', 'postrider keys rotate a.example'])
    assert.match(old?.found ?? '', /^a\.example: mail has signed for /)
  })
  test('goes by when a key that was turned began to sign, and not by its file', () => {
    const done = rotation({
      stage: 'done',
      selectors: ['mail'],
      former: ['old'],
      signedAt: NOW - 400 * DAY,
      records: [],
    })
    assert.deepEqual(
      checkKeyRotation(KEYS, [done], NOW).map(({ level }) => level),
      ['note'],
    )
  })
  test('says what to publish, and warns after a day of what nobody published', () => {
    const missing = [{ where: 'ns1.host.example', found: '' }]
    const [note] = checkKeyRotation(KEYS, [rotation({ missing })], NOW)
    assert.deepEqual([note?.level, note?.fix], ['note', 'mail2._domainkey.a.example. IN TXT "v=DKIM1; p=new"'])
    assert.match(note?.found ?? '', /waits for ns1\.host\.example$/)
    const [warned] = checkKeyRotation(KEYS, [rotation({ since: NOW - DAY - 1 })], NOW)
    assert.equal(warned?.level, 'warn')
    const revoke = {
      stage: 'revoke',
      since: NOW - 3 * DAY,
      records: [{ name: 'mail._domainkey.a.example', value: 'v=DKIM1; p=' }],
    } as const
    const [stuck] = checkKeyRotation(KEYS, [rotation(revoke)], NOW)
    assert.deepEqual([stuck?.level, stuck?.fix], ['warn', 'mail._domainkey.a.example. IN TXT "v=DKIM1; p="'])
  })
  test('only notes that an old record has to stand, however long', () => {
    const [note] = checkKeyRotation(
      KEYS,
      [rotation({ stage: 'retire', since: NOW - 6 * DAY, records: [], retiresAt: NOW + DAY })],
      NOW,
    )
    assert.equal(note?.level, 'note')
  })
})
