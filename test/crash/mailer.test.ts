/**
 * Crash of the whole mailer: a process is killed by SIGKILL at named points of one delivery, and another one takes over its
 * queue file. Nothing that was accepted is lost; a duplicate is born between final dot and reply only, and is told.
 */
import assert from 'node:assert/strict'
import { join } from 'node:path'
import { test } from 'node:test'
import { createMailer } from '@postrider/core'
import { createFakeDns, type FakeMxOptions, startDnsServer, startFakeMx } from '@postrider/core/testing'
import { type Child, startNode } from '../support/child.ts'
import { tempFolder } from '../support/folder.ts'

const CHILD = join(import.meta.dirname, 'mailer-child.ts')
const ZONE = { 'dest.test': { MX: '10 mx.dest.test' }, 'mx.dest.test': { A: '127.0.0.1' } }

interface Crash {
  /** What the mail host does while the child lives; it may kill it. */
  readonly answer?: (kill: () => void) => FakeMxOptions['answer']
  readonly args?: readonly string[]
}

/** Kills, takes over, and tells what is known in the end. */
async function crash({ answer, args = [] }: Crash) {
  const folder = tempFolder()
  let child: Child | undefined
  let alive = true
  const kill = (): void => {
    alive = false
    child?.kill('SIGKILL')
  }
  const whileAlive = answer?.(kill)
  await using mx = await startFakeMx({
    name: 'mx.dest.test',
    answer: heard => (alive ? whileAlive?.(heard) : undefined),
  })
  const dns = await startDnsServer(ZONE)
  const path = join(folder, 'queue.db')
  child = startNode(CHILD, {
    args,
    env: {
      POSTRIDER_HOSTNAME: 'out.sender.test',
      POSTRIDER_DNS_SERVERS: dns.server,
      POSTRIDER_DELIVERY_PORT: String(mx.port),
      POSTRIDER_DELIVERY_ALLOW_PRIVATE_ADDRESSES: 'true',
      POSTRIDER_PREFLIGHT: 'off',
      POSTRIDER_QUEUE_PATH: path,
    },
  })
  const ended = await child.ended()
  await dns.close()
  alive = false
  assert.equal(ended.signal, 'SIGKILL', ended.stderr)
  const id =
    /^accepted ([0-9A-Z]{20})$/m.exec(ended.stdout)?.[1] ?? assert.fail(`nothing was accepted: ${ended.stdout}`)
  const before = mx.messages.length

  await using mailer = await createMailer(
    {
      hostname: 'out.sender.test',
      preflight: 'off',
      queue: { path },
      delivery: { port: mx.port, allowPrivateAddresses: true },
    },
    { resolver: createFakeDns(ZONE) },
  )
  await mailer.queue.flush(id as never)
  await mailer.idle()
  const { facts } = await mailer.explain(id)
  return { kinds: facts.map(({ fact }) => fact.kind), before, after: mx.messages.length, facts }
}

test('killed right after send() resolved: the message is delivered by the next process', async () => {
  const { kinds, after, before } = await crash({
    args: ['die-when-accepted'],
    // It gets no further than the greeting.
    answer: () => () => new Promise(() => {}),
  })
  assert.deepEqual(kinds, ['queued', 'delivered'])
  assert.deepEqual([before, after], [0, 1])
})

for (const verb of ['CONNECT', 'EHLO', 'MAIL', 'RCPT', 'DATA']) {
  test(`killed at ${verb}: the message is delivered once, by the next process`, async () => {
    const { kinds, after, before } = await crash({
      answer: kill => heard => {
        if (heard.verb !== verb) return undefined
        kill()
        return 'close'
      },
    })
    assert.deepEqual(kinds, ['queued', 'delivered'])
    assert.deepEqual([before, after], [0, 1])
  })
}

test('killed between final dot and reply: the message may arrive twice, and that is told', async () => {
  const { kinds, facts, before, after } = await crash({
    answer: kill => heard => {
      if (heard.verb !== 'MESSAGE') return undefined
      kill()
      return 'close'
    },
  })
  assert.deepEqual(kinds, ['queued', 'uncertain', 'delivered'])
  const uncertain = facts.map(({ fact }) => fact).find(fact => fact.kind === 'uncertain')
  assert.equal(uncertain?.because, 'process-died')
  assert.deepEqual(uncertain?.recipients, ['you@dest.test'])
  assert.equal(after - before, 1)
})

test('killed right after the reply was sent: delivered once, or twice and told as uncertain, and never lost', async () => {
  for (const turns of [0, 1, 3, 10]) {
    const { kinds, before, after } = await crash({
      answer: kill => heard => {
        // It must not come to its end before it is killed.
        if (heard.verb === 'QUIT') return new Promise(() => {})
        if (heard.verb !== 'MESSAGE') return undefined
        const wait = (left: number): void => void (left === 0 ? kill() : setImmediate(wait, left - 1))
        setImmediate(wait, turns)
        return undefined
      },
    })
    assert.equal(before, 1)
    const told = kinds.includes('uncertain')
    assert.deepEqual(kinds, told ? ['queued', 'uncertain', 'delivered'] : ['queued', 'delivered'])
    assert.equal(after, told ? 2 : 1)
  }
})
