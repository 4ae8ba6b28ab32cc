/**
 * The domains that mail is signed for: what is to be published, whether it is, in our own words and in Resend's.
 */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { dkimRecord, generateDkimKey, loadDkimKey } from '@postrider/core'
import { createFakeDns } from '@postrider/core/testing'
import { startV1World } from './world.ts'

const DOMAIN = 'sender.test'

async function startDomains(published: boolean) {
  const { pem } = await generateDkimKey({ domain: DOMAIN, selector: 's1', algorithm: 'ed25519-sha256' })
  const key = dkimRecord(loadDkimKey({ domain: DOMAIN, selector: 's1', pem }))
  const resolver = createFakeDns({
    [DOMAIN]: { TXT: published ? ['v=spf1 ip4:203.0.113.5 -all'] : [] },
    [key.name]: { TXT: [published ? key.value : 'v=DKIM1; k=ed25519; p=AAAA'] },
    [`_dmarc.${DOMAIN}`]: published ? { fail: 'servfail' } : {},
  })
  const world = await startV1World(
    { dkim: [{ domain: DOMAIN, selector: 's1', privateKey: pem }], egress: { publicAddresses: ['203.0.113.5'] } },
    { resolver, specialRanges: [] },
  )
  return { world, key }
}

type Row = { readonly kind: string; readonly status: string }

test('what is published is told from what is missing, what is another and what the DNS did not say', async () => {
  for (const published of [true, false]) {
    const { world, key } = await startDomains(published)
    await using _ = world
    const { body } = await world.ask('GET', `/v1/domains/${DOMAIN}`)
    assert.equal(body.verified, published)
    assert.deepEqual(
      body.records.map(({ kind, status }: Row) => [kind, status]),
      published
        ? [
            ['dkim', 'published'],
            ['spf', 'published'],
            ['dmarc', 'unknown'],
          ]
        : [
            ['dkim', 'different'],
            ['spf', 'missing'],
            ['dmarc', 'missing'],
          ],
    )
    assert.deepEqual([body.records[0].name, body.records[0].value], [key.name, key.value])
    assert.match(body.records[1].value, /^v=spf1 .*ip4:203\.0\.113\.5/)
    assert.deepEqual((await world.ask('GET', '/v1/domains')).body.domains, [
      { name: DOMAIN, keys: [{ selector: 's1', algorithm: 'ed25519-sha256' }] },
    ])
    const verified = await world.ask('POST', `/v1/domains/${DOMAIN}/verify`, { body: {} })
    assert.equal(verified.body.domain.verified, published)
    assert.ok(verified.body.checks.some(({ id }: { readonly id: string }) => id.startsWith('dkim.')))
  }
})

test('a domain that nothing signs for is not there', async () => {
  const { world } = await startDomains(true)
  await using _ = world
  assert.equal((await world.ask('GET', '/v1/domains/other.test')).status, 404)
  assert.equal((await world.ask('POST', '/v1/domains/other.test/verify', { body: {} })).status, 404)
})

test('the resend package lists them, shows the records and verifies; making them is refused in a sentence', async () => {
  const { world } = await startDomains(true)
  await using _ = world
  const { domains } = world.resend
  const { data: list } = await domains.list()
  const [own] = list?.data ?? []
  assert.deepEqual([own?.name, own?.region], [DOMAIN, 'us-east-1'])
  const { data } = await domains.get(own?.id ?? '')
  assert.equal(data?.status, 'verified')
  assert.deepEqual(
    data?.records.map(({ record, name, status }) => [record, name, status]),
    [
      ['DKIM', 's1._domainkey', 'verified'],
      ['SPF', '', 'verified'],
    ],
  )
  assert.deepEqual((await domains.verify(own?.id ?? '')).data, { object: 'domain', id: own?.id })
  assert.equal((await domains.get('00000000-0000-8000-8000-000000000000')).error?.message, 'Domain not found')
  const refused = [await domains.create({ name: 'new.test' }), await domains.remove(own?.id ?? '')]
  for (const { data: none, error } of refused) {
    assert.deepEqual([none, error?.name, error?.statusCode], [null, 'not_found', 404])
    assert.match(error?.message ?? '', /^Domains are those of the configuration/)
  }
  const bound = world.with(await world.makeKey({ domains: ['else.test'] }))
  assert.deepEqual((await bound.domains.list()).data?.data, [])
})
