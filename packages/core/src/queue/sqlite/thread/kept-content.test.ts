import assert from 'node:assert/strict'
import { test } from 'node:test'
import { keepContent } from './kept-content.ts'

test('a message that is larger than all the room puts nothing else out of it', () => {
  let dropped = 0
  let kept = 0
  const rows = Array.from({ length: 100 }, (_, index) => ({ n: index + 1, size: 10 }))
  const sizes = { size: 3_000 }
  const thread = {
    kept: { bytes: 1_000, most: 2_000 },
    onRollback: () => {},
    sql: {
      contentSize: { get: () => sizes },
      blocksSize: { one: () => ({ size: 0 }) },
      oldestKept: { all: () => rows },
      dropKept: { run: () => ({ changes: ++dropped }) },
      dropBlocks: { run: () => {} },
      keepContent: { run: () => kept++ },
      dropContent: { run: () => {} },
    },
  }
  keepContent(thread as never, 999, 1)
  assert.deepEqual([dropped, kept], [0, 0])
  sizes.size = 1_500
  keepContent(thread as never, 999, 1)
  assert.deepEqual([dropped > 0, kept], [true, 1])
})
