import assert from 'node:assert/strict'
import { Buffer } from 'node:buffer'
import { test } from 'node:test'
import { FakeClock } from '../testing/fake-clock.ts'
import { jobFor } from '../testing/parcel.ts'
import { MOST_ASKED, MOST_SITES, openDialogues } from './dialogues.ts'

const HOUR_MS = 3_600_000
const job = (to: string, tags = {}) => ({ ...jobFor(Buffer.from('x\r\n'), [to]), tags })

test('of each site one is kept as soon as a share of the day has passed, and of so many sites', async () => {
  const clock = new FakeClock()
  const dialogues = openDialogues({ recipients: [], tags: [], perSite: 2 }, clock)
  const kept = (site: string): boolean => dialogues.wants(job('a@b.example'), site)
  assert.deepEqual([kept('a'), kept('a'), kept('b')], [true, false, true])
  const more = (): number => Array.from({ length: 2 * MOST_SITES }, (_, at) => kept(`s${at}`)).filter(Boolean).length
  assert.equal(more(), MOST_SITES - 2)
  await clock.advance(12 * HOUR_MS - 1)
  assert.equal(kept('a'), false)
  await clock.advance(1)
  assert.deepEqual([kept('a'), kept('a'), kept('new')], [true, false, false])
  await clock.advance(12 * HOUR_MS)
  assert.equal(kept('new'), true, 'the place of one that was silent for a day is free')
})

test('two days of steady mail to a site: the last few of any day are there, and no more', async () => {
  const clock = new FakeClock()
  const dialogues = openDialogues({ recipients: [], tags: [], perSite: 3 }, clock)
  const kept: number[] = []
  for (let hour = 0; hour < 48; hour++) {
    if (dialogues.wants(job('a@b.example'), 'a')) kept.push(hour)
    await clock.advance(HOUR_MS)
  }
  assert.deepEqual(kept, [0, 8, 16, 24, 32, 40])
})

test('what was asked for by recipient, domain or tag is kept, up to a bound in an hour', async () => {
  const clock = new FakeClock()
  const asked = { recipients: ['Joe@b.example', '@c.example'], tags: ['watch', 'kind=reset'], perSite: 0 }
  const dialogues = openDialogues(asked, clock)
  const kept = (to: string, tags = {}): boolean => dialogues.wants(job(to, tags), 'x')
  assert.deepEqual([kept('joe@b.example'), kept('ann@b.example'), kept('x@c.example')], [true, false, true])
  const tagged = [{ watch: '1' }, { kind: 'reset' }, { kind: 'order' }].map(tags => kept('y@d.example', tags))
  assert.deepEqual(tagged, [true, true, false])
  const more = Array.from({ length: 2 * MOST_ASKED }, () => kept('joe@b.example')).filter(Boolean)
  assert.equal(more.length, MOST_ASKED - 4)
  await clock.advance(HOUR_MS)
  assert.equal(kept('joe@b.example'), true)
})
