import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import type { Domain } from '../../model/address.ts'
import { createFakeDns } from '../../testing/fake-dns.ts'
import type { ZoneLiteral } from '../../testing/zone.ts'
import type { AskMailboxes } from '../doctor-probes.ts'
import { checkReturnPath, type ReturnPathSubject } from './return-path.ts'

const signal = new AbortController().signal
const DOMAIN = 'bounces.example.com' as Domain
const SAMPLE = { local: 'b1-sample', domain: DOMAIN }
const RIGHT: ZoneLiteral = {
  'bounces.example.com': { MX: ['20 late.example.com', '10 mail.example.com'], TXT: 'v=spf1 ip4:203.0.113.5 -all' },
  '_dmarc.example.com': { TXT: 'v=DMARC1; p=reject' },
}

/** Answers the address of ours, and any other. */
const answering =
  (ours: number, other: number, asked: string[] = []): AskMailboxes =>
  async ({ host, addresses }) => {
    asked.push(host)
    return {
      answers: addresses.map(({ local, domain }) => {
        const code = local === SAMPLE.local ? ours : other
        return { address: `${local}@${domain}`, code, reply: `${code} said` }
      }),
    }
  }

type Probes = Pick<ReturnPathSubject, 'fetchPolicy' | 'tryTls'>

async function levels(
  zone: ZoneLiteral,
  ask: AskMailboxes | undefined = answering(250, 550),
  { from = 'example.com', ...probes }: Probes & { readonly from?: string } = {},
): Promise<Readonly<Record<string, string>>> {
  const subject = {
    returnPath: { domain: DOMAIN, sample: () => SAMPLE },
    from: from as Domain,
    hostname: 'mail.example.com' as Domain,
    addresses: ['203.0.113.5'],
    askMailboxes: ask,
    ...probes,
  }
  const checks = await checkReturnPath({ resolver: createFakeDns(zone), signal }, subject)
  for (const { id, level, fix } of checks) if (level === 'fail') assert.ok(fix, `${id} says what to do`)
  return Object.fromEntries(checks.map(({ id, level }) => [id.replace('return-path.', ''), level]))
}

suite('the return path', () => {
  test('is right where each host takes an address of ours and refuses any other', async () => {
    const asked: string[] = []
    assert.deepEqual(await levels(RIGHT, answering(250, 550, asked)), {
      mx: 'ok',
      receives: 'ok',
      'mta-sts.record': 'note',
      spf: 'ok',
      aligned: 'ok',
    })
    assert.deepEqual(asked, ['mail.example.com', 'late.example.com'])
  })
  test('without a host for its domain loses every bounce', async () => {
    const { mx, receives } = await levels({ ...RIGHT, [DOMAIN]: { TXT: 'v=spf1 ip4:203.0.113.5 -all' } })
    assert.deepEqual([mx, receives], ['fail', undefined])
    assert.equal((await levels({ ...RIGHT, [DOMAIN]: { MX: '0 .' } })).mx, 'fail')
  })
  test('takes the address of the domain for its host where there is no MX (RFC 5321 §5.1)', async () => {
    const asked: string[] = []
    const zone = { ...RIGHT, [DOMAIN]: { A: '203.0.113.5', TXT: 'v=spf1 a -all' } }
    assert.equal((await levels(zone, answering(250, 550, asked))).mx, 'ok')
    assert.deepEqual(asked, [DOMAIN])
  })
  test('is told where nobody listens, where it is refused, and where everything is taken', async () => {
    const silent: AskMailboxes = async () => ({ answers: [], problem: 'connection refused' })
    assert.equal((await levels(RIGHT, silent)).receives, 'warn')
    assert.equal((await levels(RIGHT, answering(550, 550))).receives, 'fail')
    assert.equal((await levels(RIGHT, answering(451, 550))).receives, 'unknown')
    assert.equal((await levels(RIGHT, answering(250, 250))).receives, 'warn')
  })
  test('holds the policy of its domain against its MX and the certificate that they show (RFC 8461 §4)', async () => {
    const zone = { ...RIGHT, '_mta-sts.bounces.example.com': { TXT: 'v=STSv1; id=1' } }
    const asked: string[] = []
    const giving = (...mx: string[]): Probes['fetchPolicy'] => {
      const hosts = mx.map(host => `mx: ${host}\r\n`).join('')
      return async domain => {
        asked.push(domain)
        return { text: `version: STSv1\r\nmode: enforce\r\n${hosts}max_age: 604800\r\n` }
      }
    }
    const own: Probes['tryTls'] = async ({ host }) =>
      host.startsWith('mail') ? { reached: true } : { reached: true, problem: 'self-signed certificate' }
    const both = giving('mail.example.com', 'late.example.com')
    const found = await levels(zone, undefined, { fetchPolicy: both, tryTls: own })
    assert.equal(asked.join(), 'bounces.example.com')
    assert.deepEqual([found['mta-sts.record'], found['mta-sts.policy']], ['ok', 'ok'])
    assert.equal(found['mta-sts.certificate'], 'warn')
    assert.equal(
      (await levels(zone, undefined, { fetchPolicy: both, tryTls: async () => ({ reached: true }) }))[
        'mta-sts.certificate'
      ],
      'ok',
    )
    const less = await levels(zone, undefined, { fetchPolicy: giving('mail.example.com'), tryTls: own })
    assert.deepEqual([less['mta-sts.policy'], less['mta-sts.certificate']], ['warn', undefined])
    const gone: Probes['fetchPolicy'] = async () => ({ problem: 'the status is 404' })
    assert.equal((await levels(zone, undefined, { fetchPolicy: gone }))['mta-sts.policy'], 'warn')
  })
  test('holds the TLSA records of its hosts against what they show (RFC 7672)', async () => {
    const tlsa = { TLSA: `3 1 1 ${'ab'.repeat(32)}`, authentic: true } as const
    const zone = { ...RIGHT, '_25._tcp.mail.example.com': tlsa }
    const tried = (problem?: string): Probes => ({
      tryTls: async () => ({ reached: true, ...(problem !== undefined && { problem }) }),
    })
    assert.equal((await levels(zone, undefined, tried()))['tlsa.matches'], 'ok')
    assert.equal((await levels(zone, undefined, tried('no record names it')))['tlsa.matches'], 'warn')
    assert.equal((await levels(RIGHT, undefined, tried()))['tlsa.matches'], undefined)
  })
  test('is judged by its own SPF, not by that of From', async () => {
    const zone = { ...RIGHT, 'example.com': { TXT: 'v=spf1 ip4:203.0.113.5 -all' } }
    assert.equal((await levels({ ...zone, [DOMAIN]: { MX: '10 mail.example.com' } })).spf, 'warn')
    assert.equal((await levels({ ...zone, [DOMAIN]: { MX: '10 mail.example.com', TXT: 'v=spf1 -all' } })).spf, 'fail')
  })
  test('of another organisation, or of a domain below under aspf=s, is not aligned', async () => {
    assert.equal((await levels(RIGHT, undefined, { from: 'other.test' })).aligned, 'note')
    const strict = { ...RIGHT, '_dmarc.example.com': { TXT: 'v=DMARC1; p=reject; aspf=s' } }
    assert.equal((await levels(strict)).aligned, 'warn')
    assert.equal((await levels({ ...RIGHT, '_dmarc.example.com': {} })).aligned, 'ok')
  })
})
