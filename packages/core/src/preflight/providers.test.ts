/** How we stand with what each large receiver demands, read off the checks. */
import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import type { CheckId } from '../language/checks.ts'
import type { CheckLevel } from '../model/clearance.ts'
import { type DemandStatus, statusOfDemands } from './checks/providers.ts'
import { check } from './report.ts'

const RIGHT: Readonly<Partial<Record<CheckId, CheckLevel>>> = {
  'spf.covers-egress': 'ok',
  'dkim.matches': 'ok',
  'dkim.length': 'ok',
  'dmarc.exists': 'ok',
  'dmarc.alignment': 'ok',
  'host.ptr-confirmed': 'ok',
  'domain.soa': 'ok',
  'mx.exists': 'ok',
  'reputation.dnsbl': 'ok',
}

function statuses(changes: Readonly<Partial<Record<CheckId, CheckLevel>>> = {}): ReturnType<typeof statusOfDemands> {
  const levels = Object.entries({ ...RIGHT, ...changes }) as [CheckId, CheckLevel][]
  return statusOfDemands(levels.map(([id, level]) => check(id, { level, found: '', wanted: '' })))
}

const of = (all: ReturnType<typeof statusOfDemands>, provider: string, demand: RegExp): DemandStatus | undefined =>
  all.find(each => each.provider === provider && demand.test(each.demand))?.status

suite('the demands of providers', () => {
  test('are those of Gmail, Yahoo, Outlook, iCloud, QQ and NetEase, each with its source', () => {
    const all = statuses()
    assert.deepEqual(
      [...new Set(all.map(({ provider }) => provider))],
      ['Gmail', 'Yahoo', 'Outlook', 'iCloud', 'QQ', 'NetEase'],
    )
    assert.ok(all.every(({ source }) => source.length > 10))
    assert.ok(all.every(({ status }) => status === 'met' || status === 'not-checkable'))
  })

  test('of everyone Gmail wants SPF or DKIM, of bulk senders both', () => {
    const all = statuses({ 'dkim.matches': 'fail' })
    assert.equal(of(all, 'Gmail', /SPF or DKIM/), 'met')
    assert.equal(of(all, 'Gmail', /SPF and DKIM/), 'not-met')
    assert.equal(
      of(statuses({ 'dkim.matches': 'fail', 'spf.covers-egress': 'fail' }), 'Gmail', /SPF or DKIM/),
      'not-met',
    )
  })

  test('for reverse names are those of all but those who do not say so', () => {
    const all = statuses({ 'host.ptr-confirmed': 'fail' })
    for (const name of ['Gmail', 'Yahoo', 'Outlook', 'iCloud', 'QQ', 'NetEase'])
      assert.equal(of(all, name, /PTR/), 'not-met')
  })

  test('for SOA and a mail host are those of Yahoo', () => {
    assert.equal(of(statuses({ 'domain.soa': 'warn' }), 'Yahoo', /SOA/), 'not-met')
    assert.equal(of(statuses({ 'mx.exists': 'unknown' }), 'Yahoo', /SOA/), 'unknown')
  })

  test('that a note speaks of are met, and the note is no reason; nobody asks for SPF of the EHLO name', () => {
    const all = statuses({ 'dmarc.policy': 'note', 'spf.helo': 'warn' })
    const dmarc = all.find(({ provider, demand }) => provider === 'Yahoo' && /DMARC/.test(demand))
    assert.deepEqual([dmarc?.status, dmarc?.because], ['met', []])
    assert.equal(of(all, 'Yahoo', /SPF and DKIM/), 'met')
  })

  test('that nothing here can see are told as such, and TLS is seen to', () => {
    const all = statuses()
    for (const [name, demand] of [
      ['Gmail', /Spam rate/],
      ['Yahoo', /unsubscribe/],
      ['Outlook', /complaints/],
      ['QQ', /Few messages/],
    ] as const)
      assert.equal(of(all, name, demand), 'not-checkable')
    assert.equal(of(all, 'Gmail', /TLS/), 'met')
  })
})
