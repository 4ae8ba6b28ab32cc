/**
 * What the doctor prints, letter by letter, for people and for programs. A change of it is a diff in review:
 * POSTRIDER_GOLDEN=write makes the files anew.
 */
import assert from 'node:assert/strict'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { suite, test } from 'node:test'
import type { ZoneLiteral } from '@postrider/core/testing'
import { fromJSONSchema } from 'zod'
import { DKIM, HEALTHY, openDoctorWorld } from '../support/doctor-world.ts'
import { PTR6, V4 } from '../support/healthy-zone.ts'

const FOLDER = join(import.meta.dirname, 'doctor')
const SICK: ZoneLiteral = {
  'example.com': { ...HEALTHY['example.com'], TXT: ['v=spf1 include:other.test -all', 'site=1'] },
  'other.test': { TXT: `v=spf1 ip4:${V4} ~all` },
  [PTR6]: {},
  [DKIM.name]: { TXT: 'v=DKIM1; p=' },
  '_dmarc.example.com': { TXT: 'v=DMARC1; p=none' },
  'example.com.dbl.spamhaus.org': { fail: 'servfail' },
  '_smtp._tls.example.com': {},
}

async function printed(
  line: string,
  zone: ZoneLiteral,
  flags: Readonly<Record<string, string | boolean>>,
): Promise<string> {
  await using world = await openDoctorWorld(zone)
  const { out } = await world.doctor(line, flags)
  // A new key and a new folder each time; a key is printed whole, or as the two strings of a TXT record.
  const key = DKIM.value.slice(DKIM.value.indexOf('p=') + 2)
  const first = key.slice(0, 255 - DKIM.value.indexOf('p=') - 2)
  return out
    .replaceAll(world.folder, '<folder>')
    .replaceAll(key, '<key>')
    .replaceAll(first, '<first half>')
    .replaceAll(key.slice(first.length), '<second half>')
}

function compare(name: string, text: string): void {
  const path = join(FOLDER, name)
  if (process.env.POSTRIDER_GOLDEN === 'write') writeFileSync(path, text)
  assert.equal(text, readFileSync(path, 'utf8'))
}

suite('the golden output of the doctor', () => {
  test('for people, when all is well', async () => {
    compare('healthy.txt', await printed('doctor', {}, {}))
  })

  test('for people, when much is wrong', async () => {
    compare('sick.txt', await printed('doctor news@example.com', SICK, {}))
  })

  for (const [name, zone] of [
    ['healthy.json', {}],
    ['sick.json', SICK],
  ] as const) {
    test(`for programs: ${name}, one object on one line, as the schema describes it`, async () => {
      const line = await printed('doctor news@example.com', zone, { json: true })
      assert.match(line, /^\{.*\}\n$/)
      const schema = JSON.parse(readFileSync(join(import.meta.dirname, '../../docs/doctor.schema.json'), 'utf8'))
      fromJSONSchema(schema).parse(JSON.parse(line))
      compare(name, `${JSON.stringify(JSON.parse(line), undefined, 2)}\n`)
    })
  }

  for (const format of [
    'zone',
    'table',
    'json',
    'terraform-route53',
    'terraform-cloudflare',
    'cloudflare',
    'route53',
  ]) {
    test(`the records to publish, as ${format}`, async () => {
      compare(`dns-${format}.txt`, await printed('dns example.com', SICK, { format }))
    })
  }
})
