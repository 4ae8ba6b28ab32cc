import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import type { Domain } from '../model/address.ts'
import { findRule, type RouteRule } from './overrides.ts'
import { siteOf, smarthostSite } from './site.ts'

const names = (...hosts: string[]): Domain[] => hosts as Domain[]

suite('the site of a set of mail hosts', () => {
  test('is one for all domains of a provider that shares its hosts', () => {
    assert.equal(siteOf(names('aspmx.l.google.com', 'alt1.aspmx.l.google.com')), 'google')
    assert.equal(siteOf(names('aspmx2.googlemail.com', 'gmail-smtp-in.l.google.com')), 'google')
    assert.equal(siteOf(names('mta5.am0.yahoodns.net')), 'yahoo')
    assert.equal(siteOf(names('example-com.mail.protection.outlook.com')), 'microsoft365')
    assert.equal(siteOf(names('example-org.b-v1.mx.microsoft')), 'microsoft365')
  })

  test('is their own for customers of a provider that does not', () => {
    assert.notEqual(siteOf(names('mxa-0001.gslb.pphosted.com')), siteOf(names('mxa-0002.gslb.pphosted.com')))
  })

  test('is the same whatever order they come in, and another for another set', () => {
    assert.equal(siteOf(names('b.test', 'a.test')), siteOf(names('a.test', 'b.test', 'a.test')))
    assert.notEqual(siteOf(names('a.test')), siteOf(names('a.test', 'b.test')))
    assert.notEqual(siteOf(names('aspmx.l.google.com', 'backup.test')), 'google')
  })

  test('of a smarthost is its own, for each port', () => {
    assert.notEqual(smarthostSite('a.test' as Domain, 25), smarthostSite('a.test' as Domain, 587))
    assert.notEqual(smarthostSite('a.test' as Domain, 25), siteOf(names('a.test')))
  })
})

suite('a route that the operator gives', () => {
  const rule = (domain: string): RouteRule => ({
    domain: domain as RouteRule['domain'],
    host: 'relay.test' as Domain,
    port: 25,
    tls: 'encrypted',
    implicitTls: false,
    concurrency: 1,
  })
  const rules = [rule('example.test'), rule('.example.test'), rule('other.test'), rule('*')]
  const found = (domain: string, among = rules): string | undefined => findRule(among, domain as Domain)?.domain

  test('is for a domain, for all below one, or for everything; the first that fits is taken', () => {
    assert.equal(found('example.test'), 'example.test')
    assert.equal(found('a.example.test'), '.example.test')
    assert.equal(found('b.a.example.test'), '.example.test')
    assert.equal(found('notexample.test'), '*')
    assert.equal(found('a.other.test'), '*')
    assert.equal(found('example.test', [rule('*'), rule('example.test')]), '*')
  })

  test('for all below a domain is not for the domain itself', () => {
    assert.equal(found('example.test', [rule('.example.test')]), undefined)
  })
})
