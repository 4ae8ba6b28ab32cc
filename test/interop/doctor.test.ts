/** The doctor, asking real name servers (nsd behind a validating unbound) and real mail hosts. */
import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { before, suite, test } from 'node:test'
import type { Checkup, Finding } from '../../packages/cli/src/checkup/index.ts'
import { SPECIAL_RANGES } from '../../packages/core/src/ambient/special-ranges.ts'
import { tempFolder } from '../support/folder.ts'
import { type } from '../support/terminal.ts'
import { type Lab, useLab } from './lab/lab.ts'
import { SMTP_PORT } from './lab/places.ts'

let lab: Lab
const folder = tempFolder()

before(async () => {
  lab = await useLab()
  const lines = [
    'hostname: relay.good.test',
    'egress: { publicAddresses: [127.0.0.1] }',
    `dns: { servers: ["${lab.resolver}"] }`,
    `tls: { caFile: ${lab.caFile} }`,
    `delivery: { port: ${SMTP_PORT}, allowPrivateAddresses: true }`,
    'queue: { path: ":memory:" }',
    'dkim:',
    `  - { domain: good.test, selector: sel1, privateKeyFile: ${lab.dkim.rsa} }`,
    `  - { domain: good.test, selector: ed, privateKeyFile: ${lab.dkim.ed25519} }`,
  ]
  writeFileSync(join(folder, 'postrider.yaml'), `${lines.join('\n')}\n`)
})

async function findings(sender: string): Promise<readonly Finding[]> {
  const flags = { probe: 'mx1.good.test', skip: ['config', 'disk', 'queue', 'keys', 'reputation'] }
  const { out } = await type(`doctor ${sender}`, {
    cwd: folder,
    flags,
    json: true,
    // The internet of the lab is loopback.
    seams: { specialRanges: SPECIAL_RANGES.filter(({ network }) => network !== '127.0.0.0') },
  })
  return (JSON.parse(out) as Checkup).senders.flatMap(({ checks }) => checks)
}

const levels = (found: readonly Finding[], id: string): string[] =>
  found.filter(each => each.id === id).map(({ level }) => level)

const wrong = (found: readonly Finding[]): string[] => [
  ...new Set(found.flatMap(({ id, level }) => (level === 'warn' || level === 'fail' ? [id] : []))),
]

suite('the doctor in the lab', () => {
  test('finds good.test in order, from SPF to DANE and a signature that verifies through DNSSEC', async () => {
    const found = await findings('good.test')
    // The internet of the lab is loopback, so its mail hosts can be reached.
    assert.deepEqual(wrong(found), [])
    for (const id of ['spf.covers-egress', 'dmarc.alignment', 'host.ptr-confirmed', 'egress.port-25', 'mx.mailboxes'])
      assert.deepEqual(levels(found, id), ['ok'], id)
    for (const id of ['dkim.matches', 'dkim.verifies', 'dkim.length', 'tlsa.usable', 'tlsa.matches'])
      assert.deepEqual(levels(found, id), ['ok', 'ok'], id)
  })

  for (const [domain, id] of [
    ['nullmx.test', 'mx.not-null'],
    ['sts.test', 'mta-sts.policy'],
    ['danebad.test', 'tlsa.matches'],
    ['daneunusable.test', 'tlsa.usable'],
    ['plain.test', 'tlsa.usable'],
  ] as const) {
    test(`finds what is wrong with ${domain}: ${id}`, async () => {
      assert.ok(wrong(await findings(domain)).includes(id))
    })
  }

  test('finds the MTA-STS policy of plain.test valid, fetched over HTTPS', async () => {
    const found = await findings('plain.test')
    assert.deepEqual([...levels(found, 'mta-sts.record'), ...levels(found, 'mta-sts.policy')], ['ok', 'ok'])
  })

  test('prints the records of good.test as standing, whatever the order of their tags', async () => {
    const { out } = await type('dns good.test', { cwd: folder, flags: { missing: true }, json: true })
    const { records } = JSON.parse(out) as { records: { purpose: string }[] }
    assert.deepEqual(
      records.map(({ purpose }) => purpose),
      ['helo-spf', 'mta-sts'],
    )
  })
})
