import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { test } from 'node:test'
import { pathToFileURL } from 'node:url'
import { MailerError } from '../../../model/error.ts'
import { allocateMessage, LARGE_BYTES } from '../../../model/message-buffer.ts'
import { packMessage } from '../../packed.ts'
import { ThreadClient } from './thread-client.ts'

const options = { path: ':memory:', maxBytes: null, busyMs: 0 }

/** A writer thread that opens, and breaks down at the first batch. */
const BREAKING = new URL(
  `data:text/javascript,${encodeURIComponent(`import { parentPort } from 'node:worker_threads'
    parentPort.on('message', () => { throw new Error('out of order') })
    parentPort.postMessage({ opened: true })`)}`,
)

const unavailable = (error: unknown): boolean => MailerError.is(error) && error.code === 'queue-unavailable'

test('when the writer thread breaks down, all who wait are refused, and all who come after', async () => {
  const thread = await ThreadClient.open(options, { script: BREAKING })
  const waiting = [thread.ask('facts', { after: 0, limit: 1 }), thread.ask('version', null)]
  const answers = await Promise.allSettled(waiting)
  for (const answer of answers) assert.ok(answer.status === 'rejected' && unavailable(answer.reason))
  await assert.rejects(thread.ask('version', null), unavailable)
  await thread.close()
})

const unknown = (error: unknown): boolean => MailerError.is(error) && error.code === 'queue-outcome-unknown'
const ENQUEUE = packMessage({
  id: '1',
  sender: '',
  acceptedAt: 0,
  due: 0,
  expiresAt: 1,
  size: 0,
  priority: 1,
  account: null,
  held: null,
  key: null,
  digest: null,
  meta: '{}',
  about: '{}',
  jobs: [{ domain: 'a.example', recipients: [{ place: 0, local: 'you', extra: null }] }],
  recipients: 1,
  facts: [],
  start: 0,
  end: 0,
})

/** A writer thread that commits what it is told, and dies before it says so. */
const DYING = (how: string): URL =>
  new URL(
    `data:text/javascript,${encodeURIComponent(`import { parentPort } from 'node:worker_threads'
    parentPort.on('message', () => { ${how} })
    parentPort.postMessage({ opened: true })`)}`,
  )

for (const [how, code] of [
  ['breaks down', "throw new Error('out of order')"],
  ['ends', 'process.exit(0)'],
] as const) {
  test(`when the writer thread ${how}, the outcome of changes under way is unknown, and what was not begun is refused`, async () => {
    const thread = await ThreadClient.open(options, { script: DYING(code) })
    const begun = Promise.withResolvers<void>()
    const first = [
      thread.ask('enqueue', ENQUEUE, { begun: begun.resolve }),
      thread.ask('cancel', { selection: { after: 0 }, now: 0 }),
      thread.ask('version', null),
    ]
    const ended = Promise.allSettled(first)
    // When these are asked, the batch of the others is under way.
    await begun.promise
    const second = Promise.allSettled([thread.ask('enqueue', ENQUEUE), thread.ask('version', null)])
    const [enqueued, cancelled, looked] = await ended
    for (const answer of [enqueued, cancelled]) assert.ok(answer?.status === 'rejected' && unknown(answer.reason))
    assert.ok(looked?.status === 'rejected' && unavailable(looked.reason))
    for (const answer of await second) assert.ok(answer.status === 'rejected' && unavailable(answer.reason))
    await thread.close()
  })
}

test('when the queue is cut off, the outcome of an enqueue under way is unknown', async () => {
  const thread = await ThreadClient.open(options, { script: DYING('') })
  const begun = Promise.withResolvers<void>()
  const under = thread.ask('enqueue', ENQUEUE, { begun: begun.resolve })
  await begun.promise
  const later = thread.ask('enqueue', ENQUEUE)
  thread.destroy('now')
  await assert.rejects(under, unknown)
  await assert.rejects(later, (error: unknown) => MailerError.is(error) && error.code === 'closed')
})

test('a writer thread that cannot start is told as an unavailable queue', async () => {
  const script = new URL("data:text/javascript,throw new Error('no')")
  await assert.rejects(ThreadClient.open(options, { script }), unavailable)
})

test('a writer thread that ends without a word is told as an unavailable queue', async () => {
  await assert.rejects(
    ThreadClient.open(options, { script: new URL('data:text/javascript,process.exit(0)') }),
    unavailable,
  )
})

test('verbs are answered in their order', async () => {
  const thread = await ThreadClient.open(options)
  const order: number[] = []
  await Promise.all([1, 2, 3].map(n => thread.ask('version', null).then(() => order.push(n))))
  assert.deepEqual(order, [1, 2, 3])
  await thread.close()
})

test('an open queue does not keep a process alive, and an answer that is owed does', () => {
  const thread = JSON.stringify(pathToFileURL(`${import.meta.dirname}/thread-client.ts`).href)
  const code = `import { ThreadClient } from ${thread}
    const thread = await ThreadClient.open(${JSON.stringify(options)})
    thread.ask('version', null).then(() => console.log('answered'))`
  const { status, stdout, stderr } = spawnSync(process.execPath, ['--input-type=module', '--eval', code], {
    encoding: 'utf8',
    timeout: 60_000,
  })
  assert.deepEqual([status, stdout, stderr], [0, 'answered\n', ''])
})

test('what cannot be handed to the thread is refused, with all that would have gone with it, and the next is answered', async () => {
  const thread = await ThreadClient.open(options)
  const bytes = allocateMessage(LARGE_BYTES)
  for (let times = 0; times < 2; times++) thread.pack(bytes)
  const answers = await Promise.allSettled([thread.ask('version', null), thread.ask('facts', { after: 0, limit: 1 })])
  for (const answer of answers) assert.ok(answer.status === 'rejected' && unavailable(answer.reason))
  assert.deepEqual(await thread.ask('facts', { after: 0, limit: 1 }), [])
  await thread.close()
})
