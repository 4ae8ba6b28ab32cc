/**
 * How many connections there may be at once and in a minute, and who is kept out.
 */
import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { hashSecret } from '../account/index.ts'
import { connectRaw, plain, type RawClient } from '../testing/raw-client.ts'
import { PASSWORD, startTestRelay } from '../testing/test-relay.ts'

suite('connections', () => {
  test('more than allowed from one address are told to come back', async () => {
    await using it = await startTestRelay({ relay: { limits: { connectionsPerAddress: 2 } } })
    using one = await it.connect()
    using two = await it.connect()
    using three = await connectRaw({ port: it.plain })
    assert.match(await three.reply(), /^421 4\.7\.0 /)
    await one.ask('QUIT')
    await one.rest()
    assert.match(await two.ask('NOOP'), /^250 /)
  })
  test('those whose login we put off are not counted as if they had not tried', async () => {
    // Dear enough that they pile up, and each another's.
    const passwordHash = await hashSecret(PASSWORD, { logN: 13, r: 8, p: 1 })
    const accounts = Array.from({ length: 60 }, (_, at) => ({ name: `user${at}`, passwordHash }))
    await using it = await startTestRelay({ relay: { accounts, limits: { unauthenticatedPerMinute: 3 } } })
    const clients = await Promise.all(Array.from({ length: 60 }, () => it.connect()))
    await Promise.all(clients.map(client => client.ask('EHLO x')))
    const answers = await Promise.all(
      clients.map((client, at) => client.ask(`AUTH PLAIN ${plain(`user${at}`, PASSWORD)}`)),
    )
    const codes = new Set(answers.map(answer => answer.slice(0, 3)))
    assert.deepEqual([...codes].sort(), ['235', '454'])
    await Promise.all(clients.map(client => client.ask('QUIT')))
    for (const client of clients) client.end()
    while (it.log.filter(line => line.event === 'session').length < clients.length) await new Promise(setImmediate)
    using late = await connectRaw({ port: it.plain })
    assert.match(await late.reply(), /^220 /)
  })
  test('a friend is served while all places are taken by strangers who wait, and again when they have come back', async () => {
    await using it = await startTestRelay({ relay: { limits: { connections: 100, unauthenticatedPerMinute: 0 } } })
    // The friend's address is known by an earlier login.
    const earlier = await it.login()
    await earlier.ask('QUIT')
    await earlier.rest()
    const strangers: RawClient[] = []
    let refused = 0
    const fill = async (): Promise<void> => {
      for (let address = 1; refused === 0; address++) {
        const stranger = await connectRaw({ port: it.plain, localAddress: `127.0.${strangers.length >> 7}.${address}` })
        strangers.push(stranger)
        if ((await stranger.reply()).startsWith('421')) refused++
      }
    }
    const friends: RawClient[] = []
    for (let round = 0; round < 2; round++) {
      refused = 0
      await fill()
      const friend = await it.login()
      friends.push(friend)
      assert.match(await friend.ask('NOOP'), /^250 /)
    }
    assert.ok(strangers.length > 100)
    // A friend who was let in is not put out by the strangers that came after.
    assert.match(await (friends[0] as RawClient).ask('NOOP'), /^250 /)
    assert.match(await (strangers[0] as RawClient).reply(), /^421 4\.7\.0 Too many connections/)
    for (const client of [...friends, ...strangers]) client.destroy()
  })
  test('those that never log in are counted, those that do are not', async () => {
    await using it = await startTestRelay({ relay: { limits: { unauthenticatedPerMinute: 3 } } })
    for (let times = 0; times < 10; times++) {
      using client = await it.login()
      await client.ask('QUIT')
      await client.rest()
    }
    for (let times = 0; times < 4; times++) {
      using client = await it.connect()
      await client.ask('QUIT')
      await client.rest()
    }
    while (it.log.filter(line => line.event === 'session').length < 14) await new Promise(setImmediate)
    using last = await connectRaw({ port: it.plain })
    assert.match(await last.reply(), /^421 4\.7\.0 /)
  })
})
