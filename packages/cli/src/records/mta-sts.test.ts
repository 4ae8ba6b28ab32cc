import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { recordAdvice } from '@postrider/core'
import { type AskPublished, planRecords } from './index.ts'
import { stsRecords } from './mta-sts.ts'

const { adviseDmarc, adviseMtaSts, adviseSpf, announceMtaSts } = await recordAdvice()

const DOMAIN = 'bounces.example.com'
const TEXT = 'version: STSv1\r\nmode: enforce\r\nmx: mail.example.com\r\nmax_age: 604800\r\n'
const GIVEN = { ...announceMtaSts(DOMAIN, TEXT), givenAt: ['203.0.113.5', '2001:db8::5'] }
const nothing: AskPublished = async () => []

suite('a policy of MTA-STS that this relay gives', () => {
  test('is announced as it is, under a name that leads here', async () => {
    const told = await stsRecords(GIVEN, nothing)
    assert.deepEqual(
      told.map(({ type, name, value, optional }) => [type, name, value, optional]),
      [
        ['A', 'mta-sts.bounces.example.com', '203.0.113.5', true],
        ['AAAA', 'mta-sts.bounces.example.com', '2001:db8::5', true],
        ['TXT', '_mta-sts.bounces.example.com', GIVEN.record.value, true],
      ],
    )
  })
  test('has an id that changes with it, and not with the ends of its lines', () => {
    const idOf = (text: string): string => announceMtaSts(DOMAIN, text).record.value
    assert.notEqual(idOf(TEXT.replace('enforce', 'testing')), idOf(TEXT))
    assert.equal(idOf(TEXT.replaceAll('\r', '')), idOf(TEXT))
  })
  test('keeps a name that leads elsewhere: a proxy may stand before it', async () => {
    const [host] = await stsRecords(GIVEN, async (_, type) => (type === 'A' ? ['198.51.100.7'] : []))
    assert.deepEqual([host?.state, host?.value], ['published', '198.51.100.7'])
  })
  test('is no file to serve; another one is', async () => {
    const plan = async (mtaSts: Parameters<typeof planRecords>[0]['advise']['mtaSts']) =>
      await planRecords(
        {
          domain: DOMAIN,
          hostname: 'mail.example.com',
          addresses: [],
          reverseNames: [],
          keys: [],
          spf: adviseSpf([], { addresses: [] }),
          advise: { dmarc: adviseDmarc, mtaSts },
          mx: 'mail.example.com',
        },
        nothing,
      )
    assert.equal((await plan(() => GIVEN)).policyFile, undefined)
    assert.equal((await plan(adviseMtaSts)).policyFile?.url, `https://mta-sts.${DOMAIN}/.well-known/mta-sts.txt`)
  })
})
