import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { seededRandom } from '../ambient/random.ts'
import { parseAddress } from './address.ts'

suite('addresses', () => {
  test('what is plain is read as it would be in any other case', () => {
    const random = seededRandom(7)
    const pick = <T>(of: readonly T[]): T => of[Math.floor(random() * of.length)] as T
    const word = (letters: string): string =>
      Array.from({ length: 1 + Math.floor(random() * pick([4, 12, 70])) }, () => pick([...letters])).join('')
    const dotted = (letters: string): string =>
      Array.from({ length: 1 + Math.floor(random() * pick([3, 6])) }, () => word(letters)).join(pick(['.', '.', '..']))
    let read = 0
    for (let round = 0; round < 20_000; round++) {
      const local = dotted(pick(['abzAZ09', 'ab_+-', "a!'="]))
      const domain = dotted(pick(['az', 'az09', 'a9-', 'a_', '0123456789']))
      const plain = parseAddress(`${local}@${domain}`)
      const other = parseAddress(`${local}@${domain.toUpperCase()}`)
      if ('domain' in plain) read++
      assert.deepEqual(plain, other, `${local}@${domain}`)
    }
    assert.ok(read > 5_000, `${read} were addresses`)
  })
})
