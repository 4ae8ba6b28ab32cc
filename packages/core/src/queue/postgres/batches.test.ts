import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Batches } from './batches.ts'

const answer = (code: string): Error => Object.assign(new Error(code), { code, severity: 'ERROR' })

test('what one turn brings goes together, and each call gets its own answer', async () => {
  const seen: number[][] = []
  const batches = new Batches<number, number>(async asks => {
    seen.push([...asks])
    return asks.map(ask => 2 * ask)
  })
  assert.deepEqual(await Promise.all([1, 2, 3].map(ask => batches.ask(ask))), [2, 4, 6])
  assert.deepEqual(seen, [[1, 2, 3]])
})

test('while three batches are under way, the next gathers', async () => {
  const gates: (() => void)[] = []
  const sizes: number[] = []
  const batches = new Batches<number, number>(async asks => {
    sizes.push(asks.length)
    await new Promise<void>(resolve => gates.push(resolve))
    return asks
  })
  const turn = (): Promise<void> => new Promise(resolve => setImmediate(resolve))
  const asked: Promise<number>[] = []
  for (let n = 0; n < 6; n++) {
    asked.push(batches.ask(n))
    await turn()
    await turn()
  }
  assert.deepEqual(sizes, [1, 1, 1])
  for (let n = 0; n < 4; n++) {
    gates.shift()?.()
    await turn()
    await turn()
  }
  assert.deepEqual(await Promise.all(asked), [0, 1, 2, 3, 4, 5])
  assert.deepEqual(sizes, [1, 1, 1, 3])
})

test('a batch ends at some 16 MiB, and one call that is larger goes alone', async () => {
  const MIB = 2 ** 20
  const seen: number[][] = []
  const batches = new Batches<number, number>(
    async asks => {
      seen.push([...asks])
      return asks
    },
    ask => ask * MIB,
  )
  await Promise.all([10, 5, 3, 40, 16, 1].map(ask => batches.ask(ask)))
  assert.deepEqual(seen, [[10, 5], [3], [40], [16], [1]])
})

test('of a batch that fails each call is done alone, and only the one to blame is refused', async () => {
  const batches = new Batches<number, number>(async asks => {
    if (asks.includes(2)) throw answer('23505')
    return asks
  })
  const ends = await Promise.allSettled([1, 2, 3].map(ask => batches.ask(ask)))
  assert.deepEqual(
    ends.map(({ status }) => status),
    ['fulfilled', 'rejected', 'fulfilled'],
  )
})

test('a deadlock is tried again, a few times', async () => {
  let failures = 2
  const batches = new Batches<number, number>(async asks => {
    if (failures-- > 0) throw answer('40P01')
    return asks
  })
  assert.equal(await batches.ask(1), 1)
  failures = 100
  await assert.rejects(batches.ask(1), { code: '40P01' })
})

test('when the server does not answer nothing is tried again: it may have been done', async () => {
  let runs = 0
  const batches = new Batches<number, number>(async () => {
    runs++
    throw new Error('Connection terminated unexpectedly')
  })
  await Promise.allSettled([batches.ask(1), batches.ask(2)])
  assert.equal(runs, 1)
})
