/** Every zone of the lab is delivered, deferred or bounced as its line says. */
import assert from 'node:assert/strict'
import { after, before, suite, test } from 'node:test'
import type { Mailer, Receipt } from '@postrider/core'
import { HOSTS } from './lab/hosts.ts'
import { type Lab, useLab } from './lab/lab.ts'
import { type Fate, fateOf, labMailer, tell } from './lab/mailer.ts'
import { posttlsFinger } from './lab/verifiers.ts'
import { ELSEWHERE, type Expectation, ZONES } from './lab/zones.ts'

const ROWS: readonly (readonly [string, Expectation])[] = [
  ...ZONES.flatMap(zone => (zone.mail ?? []).map(row => [`${zone.name}: ${zone.about}`, row] as const)),
  ...ELSEWHERE.map(row => ['a name that does not exist: permanent failure', row] as const),
]

let lab: Lab
let mailer: Mailer
const receipts = new Map<Expectation, Receipt>()
/** What Postrider made of each row, and Postfix of those that DANE decides. */
const verdicts = new Map<Expectation, string>()
const opinions = new Map<Expectation, string>()

const subjectOf = (row: Expectation): string => `zone row to ${row.to.normalize('NFKD').replace(/[^\x20-\x7e]/g, '')}`

before(async () => {
  lab = await useLab()
  mailer = await labMailer(lab)
  for (const [, row] of ROWS) {
    const draft = {
      from: 'Zone Test <someone@good.test>',
      to: row.to,
      subject: subjectOf(row),
      text: 'One row of the table.\n',
    }
    receipts.set(row, await mailer.send(draft))
  }
})
after(async () => {
  process.stdout.write(`\n${tableText()}\n`)
  await mailer?.close({ withinMs: 2_000 })
})

suite('zones', () => {
  for (const [title, row] of ROWS)
    test(`${row.to} is ${row.becomes} · ${title}`, { timeout: 90_000 }, async () => {
      const fate = await fateOf(mailer, receipts.get(row) as Receipt, undefined, 80_000)
      verdicts.set(row, shortly(fate))
      assert.ok(row.becomes.split(' or ').includes(fate.kind), tell(fate))
      if (row.code !== undefined) assert.equal('code' in fate ? fate.code : fate.kind, row.code, tell(fate))
      if (row.at !== undefined)
        assert.equal(HOSTS.find(({ address }) => address === fate.address)?.name, row.at, tell(fate))
      if (row.tls !== undefined)
        assert.equal(fate.tls?.verified, row.tls === 'encrypted' ? 'none' : row.tls, tell(fate))
      const arrived = HOSTS.filter(host =>
        lab
          .arrived(host.name)
          .some(
            ({ bytes }) =>
              bytes.includes(`Subject: ${subjectOf(row)}\r\n`) || bytes.includes(`Subject: ${subjectOf(row)}\n`),
          ),
      )
      if (fate.kind !== 'delivered') assert.deepEqual(arrived, [], 'it arrived nevertheless')
      else if (row.at !== undefined) await lab.arrival(row.at, `Subject: ${subjectOf(row)}`)
    })
})

suite('Postfix agrees', () => {
  /** Zones whose fate DANE decides, and what Postfix's posttls-finger makes of them at its level `dane`. */
  const zones = ZONES.filter(zone => /^(dane|tlsabogus|good|postfix)/.test(zone.name) && zone.mail)
  for (const zone of zones)
    test(`posttls-finger judges ${zone.name} as we do`, async () => {
      const row = zone.mail?.[0] as Expectation
      const ours = await fateOf(mailer, receipts.get(row) as Receipt)
      const said = await posttlsFinger(zone.name, lab)
      opinions.set(row, verdictOf(said))
      assert.equal(
        verdictOf(said),
        ours.kind === 'delivered' ? (ours.tls?.verified ?? 'plain') : 'refused',
        `${said}\n${tell(ours)}`,
      )
    })
})

function verdictOf(said: string): string {
  if (/Matched DANE/.test(said) && /Verified TLS connection/.test(said)) return 'dane'
  if (/no matching DANE TLSA records|TLSA lookup error/.test(said)) return 'refused'
  return /TLS connection established/.test(said) ? 'none' : 'plain'
}

function shortly(fate: Fate): string {
  if (fate.kind !== 'delivered') return `${fate.kind}: ${fate.code}`
  const host = HOSTS.find(({ address }) => address === fate.address)?.name ?? fate.address
  return `delivered at ${host}, ${fate.tls === undefined ? 'plain text' : fate.tls.verified === 'none' ? 'encrypted' : `verified by ${fate.tls.verified}`}`
}

/** The zones of the lab, row by row: what is special, what Postrider made of it, and what Postfix says where DANE decides. */
function tableText(): string {
  const rows = ROWS.map(([title, row]) => [
    row.to,
    verdicts.get(row) ?? 'not tried',
    opinions.get(row) ?? '',
    title.slice(title.indexOf(': ') + 2),
  ])
  const all = [['mail to', 'Postrider', 'Postfix', 'what is special, and what a right sender does'], ...rows]
  const widths = [0, 1, 2].map(column => Math.max(...all.map(row => row[column]?.length ?? 0)))
  return all
    .map(row =>
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n')
}
