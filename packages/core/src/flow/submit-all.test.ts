import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { MailerError } from '../model/error.ts'
import { given, openWorld, refused, writing } from './submission.fixture.ts'
import type { RawSubmission, SubmissionPorts } from './submission.ts'
import { submitAll } from './submit-all.ts'

suite('several that go in together', () => {
  const many = (count: number, check: (place: number) => void = () => undefined): readonly RawSubmission[] =>
    Array.from({ length: count }, (_, place) =>
      given({
        raw: Buffer.from(`From: me@example.com\r\nSubject: ${place}\r\n\r\nHello\r\n`),
        check: () => {
          check(place)
          return {}
        },
      }),
    )

  test('the first are signed before the last are completed, and all stand in their order', async () => {
    await using world = await openWorld()
    const steps: string[] = []
    const sign: SubmissionPorts['sign'] = async (...args) => {
      const signed = await world.ports.sign(...args)
      steps.push('signed')
      return signed
    }
    const all = many(40, place => steps.push(`completed ${place}`))
    const submitted = await submitAll({ all }, { ...world.ports, sign }, writing())
    const firstSigned = steps.indexOf('signed')
    assert.ok(firstSigned < steps.indexOf('completed 39'), steps.join(', '))
    const subjects = submitted.map(
      ({ submission: { message } }) => /Subject: (\d+)/.exec(message.bytes.toString())?.[1],
    )
    assert.deepEqual(
      subjects,
      Array.from({ length: 40 }, (_, place) => String(place)),
    )
    assert.equal(world.facts.length, 40)
  })

  test('one that is refused late keeps those from the queue that are signed already', async () => {
    await using world = await openWorld()
    const all = many(40, place => {
      if (place === 39) throw new MailerError('invalid-message', 'not this one')
    })
    const error = await refused('invalid-message', submitAll({ all }, world.ports, writing()))
    assert.match(error.message, /^\[39\] not this one/)
    assert.deepEqual([await world.queued(), world.facts], [[], []])
  })

  test('who gives up has nothing queued, and no more is completed', async () => {
    await using world = await openWorld()
    const given = new AbortController()
    let completed = 0
    const all = many(40, place => {
      completed++
      if (place === 2) given.abort()
    })
    const begun = () => assert.fail('it was written')
    await assert.rejects(submitAll({ all }, world.ports, { signal: given.signal, begun }), { name: 'AbortError' })
    await new Promise(setImmediate)
    assert.ok(completed < 40, String(completed))
    assert.deepEqual([await world.queued(), world.facts], [[], []])
  })
})
