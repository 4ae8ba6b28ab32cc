import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { requireDomain } from '../model/address.ts'
import type { Clearance } from '../model/clearance.ts'
import { MailerError } from '../model/error.ts'
import { given, openWorld, refused, writing } from './submission.fixture.ts'
import type { RawSubmission, SubmissionPorts } from './submission.ts'
import { submitAll } from './submit-all.ts'

const CLEARED: Clearance = {
  result: 'cleared',
  envelopeDomain: requireDomain('example.com', 'from'),
  fromDomain: requireDomain('example.com', 'from'),
  publicAddresses: [],
  checks: [],
}

/** So many that all that was begun has gone on as far as it can. */
const turns = async (): Promise<void> => {
  for (let turn = 0; turn < 50; turn++) await new Promise(setImmediate)
}

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
    // Each is ready as soon as the event loop is let go of: neither takes any time that this depends on.
    const ports: SubmissionPorts = {
      ...world.ports,
      clear: () => CLEARED,
      sign: async message => {
        steps.push('signed')
        return message
      },
    }
    const all = many(40, place => steps.push(`completed ${place}`))
    const submitted = await submitAll({ all }, ports, writing())
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

  test('once one is refused no more is completed, and nothing is signed that was still being cleared', async () => {
    await using world = await openWorld()
    const cleared = Promise.withResolvers<void>()
    let completed = 0
    let signed = 0
    const ports: SubmissionPorts = {
      ...world.ports,
      clear: async () => {
        await cleared.promise
        return CLEARED
      },
      sign: async message => {
        signed++
        return message
      },
    }
    const all = many(40, place => {
      completed++
      if (place === 2) throw new MailerError('invalid-message', 'not this one')
    })
    await refused('invalid-message', submitAll({ all }, ports, writing()))
    cleared.resolve()
    await turns()
    assert.ok(completed < 40, String(completed))
    assert.equal(signed, 0)
  })

  test('who is stopped is told so, and of no place', async () => {
    await using world = await openWorld()
    const given = new AbortController()
    const all = many(40, place => {
      if (place === 2) given.abort(new MailerError('closed', 'the mailer is closed'))
    })
    const error = await refused('closed', submitAll({ all }, world.ports, { signal: given.signal, begun: () => {} }))
    assert.equal(error.message, 'the mailer is closed')
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
