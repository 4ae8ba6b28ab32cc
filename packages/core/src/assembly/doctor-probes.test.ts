import assert from 'node:assert/strict'
import { test } from 'node:test'
import { systemClock } from '../ambient/clock.ts'
import { resolveOptions } from '../config/index.ts'
import type { Domain } from '../model/address.ts'
import type { TlsaRecord } from '../model/route.ts'
import type { TryTls } from '../preflight/index.ts'
import { makeAuthority, makeCertificate } from '../testing/certificate.ts'
import { createFakeDns } from '../testing/fake-dns.ts'
import { startFakeMx } from '../testing/fake-mx.ts'
import { openDoctorProbes } from './doctor-probes.ts'

const NAME = 'mx.example.test' as Domain
const authority = makeAuthority()
const never = new AbortController().signal
const wrong: TlsaRecord = { usage: 3, selector: 1, matching: 1, data: '0'.repeat(64) }

async function tryAt(port: number, verify: Parameters<TryTls>[0]['verify']): ReturnType<TryTls> {
  const { options } = await resolveOptions({ hostname: 'out.example.test', delivery: { port } }, { cwd: '.' })
  const resolver = createFakeDns({ [NAME]: { A: '127.0.0.1' } })
  const trusting = { ...options, tls: { ...options.tls, ca: authority.cert } }
  const { tryTls } = openDoctorProbes({ options: trusting, resolver, clock: systemClock, chooseKeys: () => [] })
  assert.ok(tryTls)
  return tryTls({ host: NAME, verify }, never)
}

const pkix = { by: 'pkix', names: [NAME] } as const
const dane = { by: 'dane', records: [wrong], names: [NAME] } as const

test('a certificate that fits passes, and no mail is begun', async () => {
  let mail = 0
  await using mx = await startFakeMx({
    certificate: makeCertificate({ names: [NAME], issuer: authority }),
    answer: ({ verb }) => {
      if (verb === 'MAIL') mail++
      return undefined
    },
  })
  assert.deepEqual(await tryAt(mx.port, pkix), { reached: true })
  assert.equal(mail, 0)
})

test('a certificate that does not fit is told in words, under the web PKI and under DANE', async () => {
  await using mx = await startFakeMx({ certificate: makeCertificate({ names: ['other.test'], issuer: authority }) })
  const byName = await tryAt(mx.port, pkix)
  assert.equal(byName.reached, true)
  assert.match(byName.problem ?? '', /other\.test, not for mx\.example\.test/)
  assert.match((await tryAt(mx.port, dane)).problem ?? '', /matches no TLSA record/)
})

test('a host without STARTTLS was reached and does not pass', async () => {
  await using mx = await startFakeMx({ certificate: false })
  const tried = await tryAt(mx.port, pkix)
  assert.deepEqual([tried.reached, tried.problem?.includes('STARTTLS')], [true, true])
})

test('a host where nobody listens was not reached', async () => {
  const mx = await startFakeMx()
  const { port } = mx
  await mx.close()
  assert.equal((await tryAt(port, pkix)).reached, false)
})
