import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { leastQueueId, type QueueId } from '../model/queue-id.ts'
import type { HistoryQuery, MessagePage, QueueEntry } from '../queue/index.ts'
import { type MessageFilter, Messages } from './messages.ts'

const ID = '06DQDPN8033CWR7372GH' as QueueId
const OLD = '06DQDPN8013CWR7372GH' as QueueId

function messages(...pages: readonly MessagePage[]): { readonly asked: HistoryQuery[]; readonly it: Messages } {
  const asked: HistoryQuery[] = []
  const answer = async (query: HistoryQuery): Promise<MessagePage> => {
    asked.push(query)
    return pages[asked.length - 1] ?? { messages: [] }
  }
  return {
    asked,
    it: new Messages(
      {
        store: {
          messages: answer,
          findKeys: async () => [],
          keptContent: async () => undefined,
          erase: async () => ({ messages: 0, contents: 0, open: 0, openIds: [] }),
          suppression: async () => undefined,
          unsuppress: async () => false,
        },
        clock: { now: () => 0 },
        recorder: { record: () => {} },
      },
      async () => undefined,
    ),
  }
}

suite('messages', () => {
  test('a filter is asked for in the words of the store', async () => {
    const { it, asked } = messages()
    await it.list({
      to: 'Jo@B.Example',
      domain: 'BÜCHER.example',
      messageId: 'x@y',
      since: new Date(1000),
      before: 2000,
    })
    await it.list({ messageId: '<x@y>', before: 2000, after: leastQueueId(1500), limit: 500 })
    await it.list({ before: 1500, after: leastQueueId(2000) })
    const bounds = asked.map(({ least, below, limit }) => [least, below, limit])
    assert.deepEqual(bounds, [
      [leastQueueId(1000), leastQueueId(2000), 100],
      ['', leastQueueId(1500), 500],
      ['', leastQueueId(1500), 100],
    ])
    assert.deepEqual([asked[0]?.to, asked[0]?.domain], ['jo@b.example', 'xn--bcher-kva.example'])
    assert.deepEqual([asked[0]?.messageId, asked[1]?.messageId], ['<x@y>', '<x@y>'])
  })

  test('all reads on where a page ended, also where it had nothing', async () => {
    const entry = (id: QueueId): QueueEntry => ({ id }) as QueueEntry
    const { it, asked } = messages(
      { messages: [entry(ID)], next: ID },
      { messages: [], next: OLD },
      { messages: [entry(OLD)] },
    )
    const found = await Array.fromAsync(it.all({ account: 'shop' }))
    assert.deepEqual(
      found.map(({ id }) => id),
      [ID, OLD],
    )
    assert.deepEqual(
      asked.map(({ below, account }) => [below, account]),
      [
        ['~', 'shop'],
        [ID, 'shop'],
        [OLD, 'shop'],
      ],
    )
  })

  const wrong: readonly (readonly [filter: object, code: string, where: string])[] = [
    [{ status: 'delivered' }, 'invalid-option', 'filter.status'],
    [{ state: 'done' }, 'invalid-option', 'filter.state'],
    [{ via: 'fax' }, 'invalid-option', 'filter.via'],
    [{ to: 'nobody' }, 'invalid-address', 'filter.to'],
    [{ domain: 'a b' }, 'invalid-address', 'filter.domain'],
    [{ tags: { a: 1 } }, 'invalid-option', 'filter.tags.a'],
    [{ since: 'yesterday' }, 'invalid-option', 'filter.since'],
    [{ before: Number.NaN }, 'invalid-option', 'filter.before'],
    [{ limit: 0 }, 'invalid-option', 'filter.limit'],
    [{ limit: 501 }, 'invalid-option', 'filter.limit'],
    [{ after: 'x' }, 'invalid-option', 'filter.after'],
  ]
  for (const [filter, code, where] of wrong)
    test(`${JSON.stringify(filter)} is refused with where, found and wanted`, async () => {
      const { it, asked } = messages()
      await assert.rejects(it.list(filter as MessageFilter), (error: Readonly<Record<string, unknown>>) => {
        assert.deepEqual([error.code, error.where], [code, where])
        return error.found !== undefined && error.wanted !== undefined
      })
      assert.deepEqual(asked, [])
    })
})
