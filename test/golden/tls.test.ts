/**
 * Golden TLS decisions: every combination of what a domain publishes, what the operator and the sender demand, and what the
 * mail host gives; and what becomes of the message. One file for each wish of the sender, one line for each combination of
 * DANE, MTA-STS and `tls.minimum`, one column for each kind of mail host.
 *
 * Played against the real router, sessions and judge, with DNS from a literal, mail hosts on loopback and a policy host that
 * speaks HTTPS. POSTRIDER_GOLDEN=write writes the files anew, for review.
 */
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { readFileSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { after, before, suite, test } from 'node:test'
import { systemClock } from '../../packages/core/src/ambient/clock.ts'
import { seededRandom } from '../../packages/core/src/ambient/random.ts'
import { createTransmitter, SessionPool } from '../../packages/core/src/deliver/index.ts'
import type { Domain } from '../../packages/core/src/model/address.ts'
import type { Evidence } from '../../packages/core/src/model/evidence.ts'
import type { NoRoute } from '../../packages/core/src/model/route.ts'
import { classify } from '../../packages/core/src/outcome/index.ts'
import { createRouter, type FetchPolicy, policyFetch, type Router } from '../../packages/core/src/route/index.ts'
import { makeAuthority, makeCertificate } from '../../packages/core/src/testing/certificate.ts'
import { createFakeDns } from '../../packages/core/src/testing/fake-dns.ts'
import { type FakeMx, startFakeMx } from '../../packages/core/src/testing/fake-mx.ts'
import { jobFor } from '../../packages/core/src/testing/parcel.ts'
import type { NameLiteral } from '../../packages/core/src/testing/zone.ts'
import { tlsaOf } from '../support/tlsa.ts'

/** What DNSSEC and TLSA say of the mail host. */
const DANE = ['insecure', 'signed', 'records', 'unusable', 'fails'] as const
/** What MTA-STS says: `unlisted` enforces and does not list the host, `fails` is announced and cannot be fetched. */
const STS = ['absent', 'testing', 'enforce', 'unlisted', 'fails', 'no-dns'] as const
const FLOORS = ['opportunistic', 'encrypted', 'verified'] as const
/** What the mail host does: nothing, refuse STARTTLS, a certificate that fits everything, or one that fits nothing. */
const HOSTS = ['plain', 'refuses', 'right', 'wrong'] as const
const WISHES = {
  none: { requireTls: false, tlsRequiredNo: false, offered: true },
  requiretls: { requireTls: true, tlsRequiredNo: false, offered: true },
  'requiretls-not-offered': { requireTls: true, tlsRequiredNo: false, offered: false },
  'tls-required-no': { requireTls: false, tlsRequiredNo: true, offered: true },
  both: { requireTls: true, tlsRequiredNo: true, offered: true },
} as const

type Dane = (typeof DANE)[number]
type Sts = (typeof STS)[number]
type Floor = (typeof FLOORS)[number]
type Host = (typeof HOSTS)[number]
type Wish = keyof typeof WISHES

const FOLDER = join(import.meta.dirname, 'tls')
const HEAD = ['dane', 'mta-sts', 'tls.minimum', ...HOSTS].join('\t')
const CONTENT = Buffer.from('Subject: x\r\n\r\nx\r\n')
const never = new AbortController().signal

const authority = makeAuthority()
const hostName = (dane: Dane, host: Host, offered: boolean): string => `${host}${offered ? '' : '-bare'}.${dane}.test`
const domainName = (dane: Dane, sts: Sts, host: Host, offered: boolean): string =>
  `${sts}.${hostName(dane, host, offered)}`

let world: Awaited<ReturnType<typeof openWorld>>
before(async () => {
  world = await openWorld()
})
after(async () => {
  await world?.close()
})

async function openWorld() {
  const names = (host: Host, offered: boolean): string[] => DANE.map(dane => hostName(dane, host, offered))
  const right = makeCertificate({
    names: HOSTS.flatMap(host => [...names(host, true), ...names(host, false)]),
    issuer: authority,
  })
  const wrong = makeCertificate({ names: ['somebody.else.test'] })
  const mx = new Map<string, FakeMx>()
  for (const [index, host] of HOSTS.entries())
    for (const offered of [true, false])
      mx.set(
        `${host} ${offered}`,
        await startFakeMx({
          address: `127.0.1.${2 * index + (offered ? 1 : 2)}`,
          port: [...mx.values()][0]?.port ?? 0,
          certificate: host === 'plain' ? false : host === 'wrong' ? wrong : right,
          capabilities: ['PIPELINING', ...(offered ? ['REQUIRETLS'] : [])],
          ...(host === 'refuses'
            ? { answer: ({ verb }) => (verb === 'STARTTLS' ? '454 4.7.0 not now' : undefined) }
            : {}),
        }),
      )
  const zone: Record<string, NameLiteral> = {}
  for (const dane of DANE)
    for (const host of HOSTS)
      for (const offered of [true, false]) {
        const name = hostName(dane, host, offered)
        const authentic = dane !== 'insecure'
        zone[name] = { A: mx.get(`${host} ${offered}`)?.address ?? '', authentic }
        zone[`_25._tcp.${name}`] = { ...tlsa(dane, right), authentic }
        for (const sts of STS) {
          const domain = domainName(dane, sts, host, offered)
          zone[domain] = { MX: `10 ${name}`, authentic }
          if (sts === 'no-dns') zone[`_mta-sts.${domain}`] = { fail: 'servfail' }
          else if (sts !== 'absent') zone[`_mta-sts.${domain}`] = { TXT: 'v=STSv1; id=1' }
          zone[`mta-sts.${domain}`] = { A: '127.0.0.1' }
        }
      }
  const policies = await startPolicyHost()
  const dns = createFakeDns(zone)
  const port = [...mx.values()][0]?.port ?? 0
  const pool = new SessionPool({ clock: systemClock, ca: authority.cert, record: () => {} })
  const fetchNow = policyFetch({
    resolver: dns,
    clock: systemClock,
    allowPrivateAddresses: true,
    ca: authority.cert,
    port: policies.port,
  })
  const fetched = new Map<Domain, ReturnType<FetchPolicy>>()
  // Each policy is fetched once for the three routers.
  const fetchPolicy: FetchPolicy = (domain, signal) => {
    const known = fetched.get(domain) ?? fetchNow(domain, signal)
    fetched.set(domain, known)
    return known
  }
  const routers = new Map<Floor, Router>(
    FLOORS.map(minimum => [
      minimum,
      createRouter({
        // TLSA records stand at port 25, which is the port of the route; only connections go elsewhere.
        resolver: { trustworthy: true, query: (asked, signal) => dns.query(atPort25(asked, port), signal) },
        clock: systemClock,
        random: seededRandom(1),
        egress: () => ({ hostname: 'out.sender.test' as Domain, sources: [] }),
        delivery: { port, allowPrivateAddresses: true },
        tls: { minimum, ca: authority.cert },
        mtaSts: { fetchPolicy },
      }),
    ]),
  )
  return {
    routers,
    transmitter: createTransmitter({ pool, clock: systemClock }),
    close: async () => {
      await pool.close()
      await Promise.all([...routers.values()].map(router => router.close()))
      await Promise.all([...mx.values()].map(host => host.close()))
      policies.close()
    },
  }
}

const atPort25 = <T extends { readonly name: string }>(asked: T, port: number): T => ({
  ...asked,
  name: asked.name.replace(`_${port}._tcp.`, '_25._tcp.'),
})

function tlsa(dane: Dane, right: { readonly cert: string }): NameLiteral {
  switch (dane) {
    case 'records':
      return { TLSA: tlsaOf(right.cert) }
    case 'unusable':
      return { TLSA: `1 1 1 ${'0'.repeat(64)}` }
    case 'fails':
      return { fail: 'servfail' }
    // What an insecure zone says of TLSA counts for nothing, so it may say what is wrong.
    case 'insecure':
      return { TLSA: `3 1 1 ${'0'.repeat(64)}` }
    case 'signed':
      return {}
  }
}

async function startPolicyHost(): Promise<{ readonly port: number; readonly close: () => void }> {
  const domains = DANE.flatMap(dane =>
    STS.flatMap(sts => HOSTS.flatMap(host => [true, false].map(offered => domainName(dane, sts, host, offered)))),
  )
  const certificate = makeCertificate({ names: domains.map(domain => `mta-sts.${domain}`), issuer: authority })
  const server = createServer(certificate, (request, response) => {
    const domain = (request.headers.host ?? '').replace(/:\d+$/, '').replace(/^mta-sts\./, '')
    const sts = domain.slice(0, domain.indexOf('.')) as Sts
    const mx = sts === 'unlisted' ? 'other.example.test' : domain.slice(domain.indexOf('.') + 1)
    if (sts === 'fails') response.writeHead(500).end()
    else
      response
        .writeHead(200, { 'content-type': 'text/plain' })
        .end(`version: STSv1\nmode: ${sts === 'testing' ? 'testing' : 'enforce'}\nmx: ${mx}\nmax_age: 86400\n`)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const close = (): void => {
    server.closeAllConnections()
    server.close()
  }
  return { port: (server.address() as AddressInfo).port, close }
}

interface Cell {
  readonly dane: Dane
  readonly sts: Sts
  readonly floor: Floor
  readonly host: Host
  readonly wish: Wish
}

async function play({ dane, sts, floor, host, wish }: Cell): Promise<string> {
  const { requireTls, tlsRequiredNo, offered } = WISHES[wish]
  const domain = domainName(dane, sts, host, offered) as Domain
  const router = world.routers.get(floor)
  assert.ok(router)
  const route = await router.findRoute(domain, { requireTls, tlsRequiredNo }, never)
  if (route.kind === 'no-route') return outcomeOf(route)
  const job = jobFor(CONTENT, [`you@${domain}`], { requireTls })
  const [hop] = route.hops
  assert.ok(hop !== undefined && route.hops.length === 1)
  const parcel = { job, recipients: job.recipients, content: CONTENT, enterFinalDot: () => () => {} }
  return outcomeOf(await world.transmitter.transmit(parcel, hop, never))
}

function outcomeOf(seen: Evidence | NoRoute): string {
  const [verdict] = classify(seen, jobFor(CONTENT, ['you@dest.test']).recipients)
  if (verdict?.kind === 'accepted') {
    const { tls } = verdict
    return tls === undefined ? 'plain text' : tls.verified === 'none' ? 'encrypted' : `verified by ${tls.verified}`
  }
  assert.ok(verdict !== undefined)
  const { permanence, code } = verdict.failure
  return `${permanence === 'permanent' ? 'bounce' : 'defer'}: ${code}`
}

async function tableOf(wish: Wish): Promise<string> {
  const lines: string[] = []
  for (const dane of DANE)
    for (const sts of STS)
      for (const floor of FLOORS) {
        const outcomes = await Promise.all(HOSTS.map(host => play({ dane, sts, floor, host, wish })))
        lines.push([dane, sts, floor, ...outcomes].join('\t'))
      }
  return `${[HEAD, ...lines].join('\n')}\n`
}

/** The same, said a second time as sentences of the RFCs. */
function expected({ dane, sts, floor, host, wish }: Cell): string {
  const { requireTls, tlsRequiredNo, offered } = WISHES[wish]
  const heeds = requireTls || !tlsRequiredNo
  if (heeds && sts === 'unlisted') {
    // RFC 8461 §5: never to a host that the policy does not list.
    return 'defer: tls-required'
  }
  const proved = dane !== 'insecure' || sts === 'testing' || sts === 'enforce'
  // RFC 8689 §4.2.1: who cannot be known cannot be verified; what may be known later is waited for.
  if (requireTls && !proved) return sts === 'absent' ? 'bounce: requiretls-unsupported' : 'defer: dns-trouble'
  // RFC 7672 §2.1.2: what the records demand cannot be known.
  if (heeds && dane === 'fails') return 'defer: dns-trouble'
  const byDane = heeds && dane === 'records'
  const mustVerify = byDane || (heeds && sts === 'enforce') || requireTls || floor === 'verified'
  const mustEncrypt = mustVerify || floor === 'encrypted' || (heeds && dane === 'unusable')
  if (host === 'plain' || host === 'refuses') return mustEncrypt ? 'defer: tls-required' : 'plain text'
  if (host === 'wrong' && mustVerify) return 'defer: tls-required'
  if (requireTls && !offered) return 'bounce: requiretls-unsupported'
  return host === 'wrong' ? 'encrypted' : `verified by ${byDane ? 'dane' : 'pkix'}`
}

suite('TLS decisions', () => {
  for (const wish of Object.keys(WISHES) as Wish[])
    test(`${DANE.length * STS.length * FLOORS.length * HOSTS.length} combinations, wish ${wish}`, {
      timeout: 170_000,
    }, async () => {
      const file = join(FOLDER, `${wish}.tsv`)
      const table = await tableOf(wish)
      if (process.env.POSTRIDER_GOLDEN === 'write') writeFileSync(file, table)
      assert.deepEqual(table.split('\n'), readFileSync(file, 'utf8').split('\n'))
    })

  test('the files hold every combination once, and each outcome is what the RFCs say', () => {
    for (const wish of Object.keys(WISHES) as Wish[]) {
      const [head, ...lines] = readFileSync(join(FOLDER, `${wish}.tsv`), 'utf8')
        .trimEnd()
        .split('\n')
      assert.equal(head, HEAD)
      const rows = DANE.flatMap(dane =>
        STS.flatMap(sts =>
          FLOORS.map(floor => {
            const outcomes = HOSTS.map(host => expected({ dane, sts, floor, host, wish }))
            return [dane, sts, floor, ...outcomes].join('\t')
          }),
        ),
      )
      assert.deepEqual(lines, rows, wish)
    }
  })
})
