/**
 * What a claim gives out, to whom, and in which order.
 */
import assert from 'node:assert/strict'
import { suite } from 'node:test'
import type { Domain } from '../../../packages/core/src/model/address.ts'
import type { Job } from '../../../packages/core/src/model/job.ts'
import { DAY, FAILURE, LEASE_MS, START, settle } from '../queue-samples.ts'
import { type Harness, settled } from './harness.ts'

export function describeClaims(q: Harness): void {
  const { add, claim, claimOne, promise } = q

  suite('claim', () => {
    promise('a claimed job is invisible until its lease ends', async () => {
      await add()
      await claimOne()
      assert.equal((await claim({ now: START + LEASE_MS - 1 })).length, 0)
      assert.equal((await claim({ now: START + LEASE_MS })).length, 1)
    })

    promise('what is not due yet is not claimed, and nextDue tells when it is', async () => {
      await add({ notBefore: START + 5_000 })
      assert.equal((await claim({ now: START + 4_999 })).length, 0)
      assert.equal(await q.store.nextDue([]), START + 5_000)
      assert.equal((await claim({ now: START + 5_000 })).length, 1)
      assert.equal(await q.store.nextDue([]), undefined)
    })

    promise('what was accepted and not begun for long is to be had at once, wherever it went meanwhile', async () => {
      assert.deepEqual(await claim(), [])
      await add()
      for (let second = 0; second < 12; second++) {
        await q.clock.advance(1_000)
        await q.store.takeLeadership(q.clock.now(), LEASE_MS)
      }
      const jobs: Job[] = []
      await settled(async () => {
        jobs.push(...(await claim({ now: q.clock.now() })))
        return jobs.length > 0
      })
      assert.equal(jobs.length, 1)
    })

    promise('no domain gets more than perDomain of one claim, and the rest comes with the next', async () => {
      for (let n = 0; n < 7; n++) await add({ to: [`u${n}@b.example`] })
      await add({ to: ['u@c.example'] })
      const domains = (await claim({ perDomain: 3 })).map(job => job.domain)
      assert.deepEqual(domains.sort(), ['b.example', 'b.example', 'b.example', 'c.example'])
      assert.equal((await claim({ perDomain: 3 })).length, 3)
      assert.equal((await claim({ perDomain: 3 })).length, 1)
    })

    promise('domains take turns: one with many jobs does not keep another waiting', async () => {
      for (let n = 0; n < 20; n++) await add({ to: [`u${n}@b.example`] })
      for (const domain of ['c.example', 'd.example', 'e.example']) await add({ to: [`u@${domain}`] })
      const seen: string[] = []
      for (let n = 0; n < 4; n++) {
        for (const job of await claim({ limit: 2, perDomain: 2 })) seen.push(job.domain)
      }
      for (const domain of ['c.example', 'd.example', 'e.example']) assert.ok(seen.includes(domain), String(seen))
    })

    promise('a quota takes the place of perDomain', async () => {
      for (let n = 0; n < 9; n++) await add({ to: [`u${n}@b.example`, `u${n}@c.example`] })
      const jobs = await claim({ perDomain: 1, quotas: [['b.example' as Domain, 6]] })
      assert.equal(jobs.filter(job => job.domain === 'b.example').length, 6)
      assert.equal(jobs.filter(job => job.domain === 'c.example').length, 1)
    })

    promise('excluded domains are passed over, and do not count in nextDue', async () => {
      await add({ to: ['u@b.example'] })
      await add({ to: ['u@c.example'], notBefore: START + 9_000 })
      const exclude = ['b.example' as Domain]
      assert.equal((await claim({ exclude })).length, 0)
      assert.equal(await q.store.nextDue(exclude), START + 9_000)
      assert.equal(await q.store.nextDue([]), START)
    })

    promise('a higher priority goes first, whatever came before', async () => {
      await add({ priority: 'low', to: ['low@b.example'] })
      await add({ priority: 'normal', to: ['normal@b.example'] })
      await add({ priority: 'high', to: ['high@b.example'], acceptedAt: START + 10 })
      const order: string[] = []
      for (let n = 0; n < 3; n++) {
        const job = await claimOne({ limit: 1, now: START + 20 })
        order.push(job.recipients[0]?.address.local as string)
      }
      assert.deepEqual(order, ['high', 'normal', 'low'])
    })

    promise('of one domain the one that is due longest goes first', async () => {
      for (const wait of [300, 100, 200]) await add({ to: [`u${wait}@b.example`], notBefore: START + wait })
      const jobs = await claim({ now: START + 1_000 })
      assert.deepEqual(
        jobs.map(job => job.recipients[0]?.address.local),
        ['u100', 'u200', 'u300'],
      )
    })

    promise('an expired job is claimed before its time and although its domain is excluded', async () => {
      await add({ expiresAt: START + DAY, notBefore: START + 2 * DAY })
      assert.equal((await claim({ now: START + DAY - 1 })).length, 0)
      assert.equal(await q.store.nextDue(['b.example' as Domain]), START + DAY)
      const job = await claimOne({ now: START + DAY, exclude: ['b.example' as Domain] })
      assert.equal(job.expiresAt, START + DAY)
    })

    promise('a renewed lease lasts longer, and renew names the jobs whose lease is lost', async () => {
      await add()
      await add({ to: ['u@c.example'] })
      const [kept, lost] = (await claim()) as [Job, Job]
      assert.equal(await q.store.release(lost, START), true)
      assert.deepEqual(await q.store.renew([kept, lost], START + 3 * LEASE_MS), [lost.id])
      const later = await claim({ now: START + 2 * LEASE_MS })
      assert.deepEqual(
        later.map(job => job.id),
        [lost.id],
      )
    })

    promise('a released job is due when it was said, and the attempt does not count', async () => {
      await add()
      assert.equal(await q.store.release(await claimOne(), START + 7_000), true)
      assert.equal((await claim({ now: START + 6_999 })).length, 0)
      assert.equal((await claimOne({ now: START + 7_000 })).attempts, 0)
    })

    promise('release with a lost lease changes nothing', async () => {
      await add()
      const stale = await claimOne()
      const fresh = await claimOne({ now: START + LEASE_MS })
      assert.equal(await q.store.release(stale, START), false)
      assert.equal(await q.store.commit(settle(fresh, 'delivered'), [], []), true)
    })

    promise('an address that is suppressed is marked on the job, with what was said then', async () => {
      await add({ to: ['gone@b.example'] })
      const job = await claimOne()
      const until = START + 30 * DAY
      const address = job.recipients[0]?.address
      assert.ok(address !== undefined)
      await q.store.commit(
        settle(job, 'bounced', {
          suppressions: [{ address, origin: 'bounce', failure: FAILURE, since: START, until }],
        }),
        [],
        [],
      )
      await add({ to: ['gone@b.example', 'here@b.example'] })
      const next = await claimOne()
      assert.deepEqual(next.recipients[0]?.suppressed, {
        until,
        code: 'user-unknown',
        detail: '550 5.1.1 User unknown',
      })
      assert.equal(next.recipients[1]?.suppressed, undefined)
    })
  })
}
