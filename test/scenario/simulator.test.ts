/** Scenarios: a mailer as it is against simulated providers in another process, reached by SMTP alone, on one clock. */
import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { sendFor } from '../support/sending-year.ts'

const MINUTE = 60_000

suite('somebody new to a provider whose quotas are hidden', () => {
  test('a week of 500 a day from day one: hardly anything is deferred, nothing is lost, what is urgent does not wait', async () => {
    const outcome = await sendFor({ seed: 1, days: 7, aDay: () => 500, shares: { gmail: 1 } })
    assert.deepEqual([outcome.delivered, outcome.bounced, outcome.expired], [outcome.sent, 0, 0])
    assert.ok(outcome.deferrals < 0.02, JSON.stringify(outcome))
    assert.ok(outcome.urgentP99Ms < MINUTE, JSON.stringify(outcome))
  })
})
