import assert from 'node:assert/strict'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { suite, test } from 'node:test'
import { FakeClock } from '@postrider/core/testing'
import { openSqliteStore } from '../store/index.ts'
import { placeOf } from './place.ts'
import { Records } from './records.ts'
import { takeOver } from './take-over.ts'
import { dispatcher, endpoint, factLog, folder } from './webhook.fixture.ts'

suite('webhooks.json', () => {
  test('is taken over once, and nothing is told twice', async () => {
    const log = factLog()
    await using hook = await endpoint()
    for (let count = 0; count < 5; count++) log.add('delivered')
    const path = join(folder, 'webhooks.json')
    const json = JSON.stringify({ [hook.url]: 3 })
    await writeFile(path, json)
    const store = await openSqliteStore(join(folder, 'taken.db'), new FakeClock())
    const newest = async (): Promise<number> => log.log.length
    await takeOver(path, new Records(store), newest)
    await store.close()
    await assert.rejects(readFile(path))
    const first = await dispatcher(log, [hook.url], { file: 'taken.db' })
    log.add('delivered')
    await hook.waitFor(3)
    // A crash right after the store had it would leave the file.
    await writeFile(path, json)
    await takeOver(path, first.records, newest)
    await first.close()
    const second = await dispatcher(log, [hook.url], { file: 'taken.db' })
    log.add('delivered')
    await hook.waitFor(4)
    await second.close()
    assert.deepEqual(
      hook.received.map(one => JSON.parse(one.body).data.recipient),
      ['r4@x', 'r5@x', 'r6@x', 'r7@x'],
    )
    // What may have been told before has the id that it was told with.
    assert.deepEqual(
      hook.received.map(one => one.headers['webhook-id']),
      ['M-4', 'M-5', `${placeOf(6)}-M`, `${placeOf(7)}-M`],
    )
  })
  test('that is damaged keeps no relay from starting', async () => {
    const path = join(folder, 'damaged.json')
    await writeFile(path, '{"half')
    await using store = await openSqliteStore(':memory:')
    await takeOver(path, new Records(store), async () => 0)
  })
})
