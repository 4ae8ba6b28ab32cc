import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import type { Domain } from '../model/address.ts'
import type { Departure } from '../model/egress.ts'
import type { Fact } from '../model/fact.ts'
import type { Hop } from '../model/route.ts'
import type { Rest } from '../model/standing.ts'
import { FakeClock } from '../testing/fake-clock.ts'
import { openReverseNames, publicAddressesOf } from './reverse-names.ts'
import { openSources, type SourcesPorts } from './sources.ts'

const HOSTNAME = 'us.test' as Domain

function departure(localAddress: string, pool?: string): Departure {
  return { hostname: HOSTNAME, localAddress, source: localAddress, ...(pool !== undefined && { pool }) }
}

function hop(family: 4 | 6, ...departures: readonly Departure[]): Hop {
  const [first, ...otherDepartures] = departures as readonly [Departure, ...Departure[]]
  return {
    host: 'mx.test' as Domain,
    address: family === 4 ? '192.0.2.25' : '2001:db8::25',
    family,
    port: 25,
    preference: 10,
    tls: { level: 'opportunistic', sources: ['default'], sni: 'mx.test' as Domain },
    implicitTls: false,
    departure: first,
    ...(otherDepartures.length > 0 && { otherDepartures }),
    limits: { connections: 1, messagesPerConnection: 1, recipientsPerTransaction: 1 },
  }
}

interface World extends Partial<SourcesPorts> {
  readonly refused?: readonly string[]
  readonly full?: readonly string[]
}

function world({ refused = [], full = [], ...ports }: World = {}) {
  const clock = new FakeClock()
  const facts: Fact[] = []
  const rest: Rest = { since: 0, until: 1, because: 'listed', moves: true }
  const sources = openSources({
    standings: { restOf: (_, key) => (refused.includes(key) ? rest : undefined) },
    clock,
    recorder: { record: fact => facts.push(fact) },
    bindProblem: async () => undefined,
    ...ports,
  })
  const choose = async (hops: readonly Hop[], { pool, site = 'google' }: { pool?: string; site?: string } = {}) => {
    const route = { site, hops, via: 'mx' } as const
    const chosen = await sources.choose(
      route,
      pool === undefined ? {} : { pool },
      source => !full.includes(source ?? ''),
    )
    return chosen.map(({ departure: { localAddress = '', because = '' } }) => `${localAddress} ${because}`.trim())
  }
  return { sources, clock, facts, choose }
}

const [A, B, C] = ['192.0.2.1', '192.0.2.2', '192.0.2.3'] as const

suite('mail leaves from', () => {
  test('the first address of its domain, and where there is one alone nothing is said of a choice', async () => {
    const { choose } = world()
    assert.deepEqual(await choose([hop(4, departure(A), departure(B))]), [`${A} own`])
    assert.deepEqual(await choose([hop(4, departure(A))]), [A])
  })

  test('the addresses of its pool alone, and other mail from those of none', async () => {
    const { choose } = world()
    const hops = [hop(4, departure(A, 'news'), departure(B), departure(C, 'news'))]
    assert.deepEqual(await choose(hops, { pool: 'news' }), [`${A} own`])
    assert.deepEqual(await choose(hops), [B])
    assert.deepEqual(await choose(hops, { pool: 'gone' }), [B], 'a pool that was taken away is none')
  })

  test('a family in which its pool has an address, while there is one', async () => {
    const { choose } = world()
    const hops = [hop(4, departure(A)), hop(6, departure('2001:db8::1', 'news'))]
    assert.deepEqual(await choose(hops, { pool: 'news' }), ['2001:db8::1'])
  })

  test('another address of its pool while the provider refuses its own, and then from no other pool', async () => {
    const { choose } = world({ refused: [`source ${A}`] })
    const hops = [hop(4, departure(A, 'news'), departure(B), departure(C, 'news'))]
    assert.deepEqual(await choose(hops, { pool: 'news' }), [`${C} refused`])
    assert.deepEqual(await choose([hop(4, departure(A, 'news'), departure(B))], { pool: 'news' }), [A])
  })

  test('an address that has room in its warm-up, before one that has none', async () => {
    const { choose } = world({ full: [A] })
    assert.deepEqual(await choose([hop(4, departure(A), departure(B))]), [`${B} warm-up`])
    const both = world({ full: [A, B], refused: [`source ${A}`] })
    assert.deepEqual(await both.choose([hop(4, departure(A), departure(B))]), [`${B} refused`])
  })

  test('an address that this machine has lost not before it is back, which is looked for now and then', async () => {
    let problem: string | undefined = 'EADDRNOTAVAIL'
    const { sources, clock, facts, choose } = world({ bindProblem: async () => problem })
    sources.lose(A, A)
    sources.lose(A, A)
    const hops = [hop(4, departure(A), departure(B))]
    assert.deepEqual(await choose(hops), [`${B} lost`])
    await clock.advance(3_600_000)
    assert.deepEqual(await choose(hops), [`${B} lost`])
    problem = undefined
    await clock.advance(60_000)
    assert.deepEqual(await choose(hops), [`${A} own`])
    assert.deepEqual(
      facts.map(({ kind }) => kind),
      ['source-lost', 'source-found'],
    )
  })
})

suite('an address whose reverse name does not lead back to it', () => {
  const names = (answers: Record<string, boolean | undefined>) => {
    const asked: string[] = []
    const clock = new FakeClock()
    const ask = async (source: string): Promise<boolean | undefined> => {
      asked.push(source)
      return answers[source]
    }
    return { asked, clock, reverseNames: openReverseNames({ clock, ask }) }
  }

  test('is not used towards a provider that demands it, and is towards others', async () => {
    const { reverseNames, asked } = names({ [A]: false, [B]: true })
    const { choose } = world({ reverseNames })
    const hops = [hop(4, departure(A), departure(B))]
    assert.deepEqual(await choose(hops, { site: 'mx.small.test' }), [`${A} own`])
    assert.deepEqual(asked, [], 'who does not ask for it costs no question')
    assert.deepEqual(await choose(hops), [`${B} reverse-name`])
    assert.deepEqual(await choose(hops), [`${B} reverse-name`])
    assert.deepEqual(asked, [A, B], 'asked once')
  })

  test('gives way to the other family', async () => {
    const { reverseNames } = names({ [A]: true, '2001:db8::1': false })
    const { choose } = world({ reverseNames })
    assert.deepEqual(await choose([hop(6, departure('2001:db8::1')), hop(4, departure(A))]), [A])
  })

  test('is used where there is no other, and where nothing could be found out', async () => {
    const { reverseNames } = names({ [A]: false, [B]: undefined })
    const { choose } = world({ reverseNames })
    assert.deepEqual(await choose([hop(4, departure(A))]), [A])
    assert.deepEqual(await choose([hop(4, departure(B))]), [B])
  })

  test('is asked for again, so that a record that was published is seen', async () => {
    const answers: Record<string, boolean> = { [A]: false }
    const { reverseNames, clock } = names(answers)
    await reverseNames.known([A])
    assert.equal(reverseNames.leadsBack(A), false)
    answers[A] = true
    await clock.advance(11 * 60_000)
    assert.equal(reverseNames.known([A]), undefined, 'an old answer stands in for the new one')
    await clock.advance(1)
    assert.equal(reverseNames.leadsBack(A), true)
  })

  test('is known by what the world sees of it', () => {
    const sources = [
      { address: '10.0.0.1', weight: 1, publicAddress: '192.0.2.1' },
      { address: '10.0.0.2', weight: 1 },
      { address: '9.9.9.9', weight: 1 },
    ]
    const it = { hostname: HOSTNAME, sources, found: [{ address: '192.0.2.9' }, { address: '2001:db8::9' }] }
    assert.deepEqual(publicAddressesOf('10.0.0.1', it), ['192.0.2.1'])
    assert.deepEqual(publicAddressesOf('10.0.0.2', it), ['192.0.2.9'])
    assert.deepEqual(publicAddressesOf('9.9.9.9', it), ['9.9.9.9'])
    assert.deepEqual(publicAddressesOf('us.test/6', { ...it, sources: [] }), ['2001:db8::9'])
  })
})
