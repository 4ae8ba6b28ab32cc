/**
 * Scenarios: mail leaves from the address that fits: of its pool, with room, with a name that leads back, and not from one that is
 * lost; and everybody can see which and why.
 */
import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { type Fact, type MailerOptions, resolveOptions } from '@postrider/core'
import { FakeClock, type FakeMxOptions } from '@postrider/core/testing'
import { openWorld, type World } from '../support/world.ts'

const GOOGLE = 'gmail-smtp-in.l.google.com'
const [FIRST, SECOND] = ['127.0.0.2', '127.0.0.3'] as const
const source = (address: string, more: object = {}) => ({ address, ...more })

/** A host of Google that notes who came, and under which name. */
function google(egress: MailerOptions['egress'], options: MailerOptions = {}) {
  const came: string[] = []
  const mailed: string[] = []
  const answer: NonNullable<FakeMxOptions['answer']> = ({ verb, peer, line }) => {
    if (verb === 'EHLO') came.push(`${peer} ${line.split(' ')[1]}`)
    if (verb === 'MAIL') mailed.push(peer)
    return undefined
  }
  const zone = { 'dest.test': { MX: [`10 ${GOOGLE}`] }, [GOOGLE]: { A: ['127.0.0.11'] } }
  return { came, mailed, world: { hosts: [{ answer }], zone, options: { egress, ...options } } }
}

async function sendTo(world: World, domains: readonly string[], options: object = {}): Promise<readonly string[]> {
  const ids: string[] = []
  for (const domain of domains) {
    world.dns.set(domain, { MX: [`10 ${GOOGLE}`] })
    const draft = { from: 'me@sender.test', to: `you@${domain}`, subject: 'x', text: 'x' }
    ids.push((await world.mailer.send(draft, options)).id)
    await world.mailer.idle()
  }
  return ids
}

const DOMAINS = Array.from({ length: 12 }, (_, n) => `d${n}.test`)
const off = { delivery: { warmUp: 'off' } } as const
const clock = () => ({ seams: { clock: new FakeClock(), random: () => 0.5 } })

suite('mail leaves from', () => {
  test('the addresses of the pool that it names, under their names, and other mail from the others', async () => {
    const news = source(SECOND, { pool: 'news', hostname: 'news.sender.test' })
    const it = google({ sources: [source(FIRST), news] }, off)
    await using world = await openWorld({ ...it.world, ...clock() })
    await sendTo(world, DOMAINS, { pool: 'news' })
    assert.deepEqual(new Set(it.came.splice(0)), new Set([`${SECOND} news.sender.test`]))
    await sendTo(world, DOMAINS)
    assert.deepEqual(new Set(it.came), new Set([`${FIRST} out.sender.test`]))
    await assert.rejects(sendTo(world, ['d1.test'], { pool: 'letters' }), /pool: found "letters", wanted one of news/)
  })

  test('the address of its domain, and explain says so', async () => {
    const it = google({ sources: [source(FIRST), source(SECOND)] }, off)
    await using world = await openWorld({ ...it.world, ...clock() })
    const [id = ''] = await sendTo(world, ['d1.test'])
    const told = (await world.mailer.explain(id)).lines.map(({ detail }) => detail).join('\n')
    assert.match(told, /left from 127\.0\.0\.[23], as mail for this domain does/)
  })

  test('an address with a name that leads back, where the provider demands one, and explain says so', async () => {
    const sources = [
      source(FIRST, { publicAddress: '198.51.100.2' }),
      source(SECOND, { publicAddress: '198.51.100.3' }),
    ]
    const it = google({ sources }, { ...off, preflight: 'warn' })
    const zone = {
      ...it.world.zone,
      '2.100.51.198.in-addr.arpa': { PTR: 'elsewhere.sender.test' },
      '3.100.51.198.in-addr.arpa': { PTR: 'out.sender.test' },
      'out.sender.test': { A: '198.51.100.3' },
    }
    await using world = await openWorld({ ...it.world, zone, ...clock() })
    const ids = await sendTo(world, DOMAINS)
    assert.deepEqual(new Set(it.came), new Set([`${SECOND} out.sender.test`]))
    const stories = await Promise.all(ids.map(id => world.mailer.explain(id)))
    const told = stories.flatMap(({ lines }) => lines.map(({ detail }) => detail)).join('\n')
    assert.match(told, /left from 127\.0\.0\.3, because the reverse name .* does not lead back/)
  })

  test('a known address when a new one has no more room, so that nothing waits for the new one', async () => {
    const it = google({ sources: [source(FIRST), source(SECOND)] })
    await using world = await openWorld({ ...it.world, ...clock() })
    const domain = 'd1.test'
    // The day of one address has 150 places at Google, 120 of them in its first hour.
    for (let n = 0; n < 40; n++) {
      world.dns.set(domain, { MX: [`10 ${GOOGLE}`] })
      const to = Array.from({ length: 5 }, (_, m) => `you${n}-${m}@${domain}`)
      await world.mailer.send({ from: `me@s${n}.test`, to, subject: 'x', text: 'x' })
      await world.mailer.idle()
    }
    const left = Map.groupBy(it.mailed, peer => peer)
    assert.equal(it.mailed.length, 40)
    assert.equal(left.size, 2, 'what one has no room for leaves from the other')
    assert.equal(Math.max(...[...left.values()].map(mails => mails.length)), 24)
  })

  test('another at once when this machine has lost it, without a deferral', async () => {
    // 192.0.2.0/24 is for documentation (RFC 5737): nobody has it.
    const it = google({ sources: [source(FIRST), source('192.0.2.77')] }, off)
    await using world = await openWorld({ ...it.world, ...clock() })
    const facts: Fact[] = []
    world.mailer.on('*', fact => facts.push(fact))
    await sendTo(world, DOMAINS)
    assert.equal(it.came.length > 0 && it.came.every(each => each.startsWith(FIRST)), true)
    assert.equal(facts.filter(({ kind }) => kind === 'deferred').length, 0)
    assert.equal(facts.filter(({ kind }) => kind === 'delivered').length, DOMAINS.length)
    assert.deepEqual(
      facts.flatMap(fact => (fact.kind === 'source-lost' ? [fact.address] : [])),
      ['192.0.2.77'],
    )
  })

  test('the addresses of a configuration that is taken while it runs', async () => {
    const it = google({ addresses: [FIRST] }, off)
    await using world = await openWorld({ ...it.world, ...clock() })
    await sendTo(world, ['d1.test'])
    const next = { hostname: 'out.sender.test', egress: { sources: [source(SECOND)] } }
    const { options } = await resolveOptions(next, { cwd: world.folder })
    const notTaken = world.mailer.reload({ options })
    assert.ok(!notTaken.some(name => name.startsWith('egress')), String(notTaken))
    await sendTo(world, ['d1.test'])
    assert.deepEqual(it.mailed, [FIRST, SECOND])
  })
})
