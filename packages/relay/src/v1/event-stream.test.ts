import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Logger } from '@postrider/core'
import { FakeClock } from '@postrider/core/testing'
import { eventStream, type Source } from './event-stream.ts'

const failed = () => assert.fail('it was logged')
const logger: Logger = { debug: failed, info: failed, warn: failed, error: failed, child: () => logger }

test('a stream ends when the server stops, also while it asks whether its reader still may listen', {
  timeout: 20_000,
}, async () => {
  const clock = new FakeClock()
  const stopping = new AbortController()
  const isAsked = Promise.withResolvers<void>()
  async function* source(): Source {
    await clock.sleep(1_000)
    yield { event: 'captured', data: {} }
  }
  const counted: number[] = []
  const { body } = eventStream(
    source(),
    { stopping: stopping.signal, cut: () => assert.fail('it was cut') },
    { clock, logger },
    {
      count: change => counted.push(change),
      // A store that does not answer.
      stillMay: () => {
        isAsked.resolve()
        return new Promise(() => undefined)
      },
    },
  )
  const told = new Response(body as ReadableStream<Uint8Array>).text()
  await clock.armed(1_000)
  await clock.advance(1_000)
  await isAsked.promise
  stopping.abort()
  assert.equal(await told, '')
  assert.deepEqual(counted, [1, -1])
})
