/** Scenarios: what a provider refuses for a policy of its own counts in the warm-up where it can only be about our address. */
import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { FakeClock } from '@postrider/core/testing'
import { openWarmUp } from '../../packages/core/src/flow/warm-up.ts'
import { requireAddress } from '../../packages/core/src/model/address.ts'
import { classify } from '../../packages/core/src/outcome/index.ts'
import { begun } from '../../packages/core/src/reputation/index.ts'
import { Standings } from '../../packages/core/src/schedule/index.ts'
import { jobFor } from '../../packages/core/src/testing/parcel.ts'
import { evidenceOf, parseReply } from '../support/replies.ts'

const SITE = 'gmx'
const KEYS = ['source 192.0.2.1', 'sender sender.test'] as const

/** Of the address and of the sender, beside what was counted when it was let go: first attempts, deferred, refused. */
function counted(stage: string, reply: string): readonly (readonly number[])[] {
  const clock = new FakeClock()
  const standings = new Standings({
    clock,
    store: { standings: async () => [], putStandings: async () => [] },
    heard: () => {},
    trouble: () => {},
  })
  for (const key of KEYS) standings.change(SITE, key, () => ({ warmUp: begun(1_000, clock.now()) }))
  const warmUp = openWarmUp({ standings, clock, random: () => 0.5 })
  const job = { ...jobFor(Buffer.from(''), ['you@gmx.de']), reversePath: requireAddress('me@sender.test', 'from') }
  const lane = { site: SITE, source: '192.0.2.1' } as Parameters<typeof warmUp.admit>[1]
  warmUp.settled(job, lane, classify(evidenceOf('mx00.gmx.net', stage, parseReply(reply)), job.recipients))
  standings.destroy()
  return KEYS.map(key => {
    const { first = 0, deferred = 0, refused = 0 } = standings.of(SITE, key).warmUp ?? {}
    return [first, deferred, refused]
  })
}

suite('a policy of the receiver', () => {
  test('that is said before anybody is named counts against our address, and not against the sender', () => {
    const nemesis =
      '554-gmx.net (mxgmx117) Nemesis ESMTP Service not available\\n554 Reject due to policy restrictions.'
    assert.deepEqual(counted('greeting', nemesis), [
      [0, 1, 0],
      [0, 0, 0],
    ])
    assert.deepEqual(counted('greeting', '421 4.7.0 Connection rejected by local policy, try again later'), [
      [0, 1, 0],
      [0, 0, 0],
    ])
  })
  test('that is said of a message or a recipient counts against nobody', () => {
    for (const [stage, reply] of [
      ['final-dot', '451 4.7.1 Message temporarily deferred due to policy'],
      ['rcpt', '550 5.7.1 Denied by policy'],
    ] as const)
      assert.deepEqual(
        counted(stage, reply).map(([, deferred, refused]) => [deferred, refused]),
        [
          [0, 0],
          [0, 0],
        ],
      )
  })
})
