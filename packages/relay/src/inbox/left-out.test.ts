/** What of html is not seen is told, by the names of elements and by no other. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { leftOutOf } from './left-out.ts'
import { readHtml } from './whole-message.ts'

const leftOut = async (html: string) => leftOutOf(await readHtml(Buffer.from(`Content-Type: text/html\r\n\r\n${html}`)))

test('elements are counted by kind', async () => {
  assert.deepEqual(await leftOut('<iframe></iframe><embed><form></form>'), [
    { kind: 'frames', count: 2 },
    { kind: 'forms', count: 1 },
  ])
})

test('an element that is called as every object has it is none of them', async () => {
  assert.deepEqual(await leftOut('<constructor>a</constructor><toString></toString><__proto__></__proto__>'), [])
})
