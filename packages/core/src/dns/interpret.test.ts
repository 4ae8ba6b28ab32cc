import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { DnsError } from './errors.ts'
import { interpret } from './interpret.ts'
import type { Response } from './message.ts'
import type { DnsRecord, Question } from './record.ts'

const question: Question = { name: 'a.test', type: 'A' }
const address: DnsRecord = { type: 'A', name: 'a.test', ttl: 60, address: '192.0.2.1' }
const soa = (ttl: number, minimum: number): DnsRecord => ({
  type: 'SOA',
  name: 'test',
  ttl,
  primary: 'ns.test',
  mailbox: 'x.test',
  serial: 1,
  minimum,
})

function response(parts: Partial<Response>): Response {
  return {
    id: 0,
    isResponse: true,
    truncated: false,
    authentic: true,
    rcode: 0,
    question,
    answers: [],
    authorities: [],
    malformed: [],
    ...parts,
  }
}

function errorOf(parts: Partial<Response>): DnsError {
  try {
    interpret(question, response(parts), true)
  } catch (error) {
    if (error instanceof DnsError) return error
    throw error
  }
  return assert.fail('it is an answer')
}

suite('what a response means', () => {
  test('AD counts only from a server that is trusted', () => {
    assert.equal(interpret(question, response({ answers: [address] }), true).authentic, true)
    assert.equal(interpret(question, response({ answers: [address] }), false).authentic, false)
  })

  test('a record for another name is no answer', () => {
    assert.equal(errorOf({ answers: [{ ...address, name: 'b.test' }] }).code, 'nodata')
  })

  test('a CNAME chain that ends nowhere says how far it came', () => {
    const cname: DnsRecord = { type: 'CNAME', name: 'a.test', ttl: 60, target: 'b.test' }
    const error = errorOf({ answers: [cname] })
    assert.deepEqual([error.code, error.names, error.ttl], ['nodata', ['a.test', 'b.test'], 0])
  })

  test('a CNAME chain in a circle or without end is an error of its own', () => {
    const link = (from: number, to: number): DnsRecord => ({
      type: 'CNAME',
      name: from === 0 ? 'a.test' : `${from}.test`,
      ttl: 60,
      target: to === 0 ? 'a.test' : `${to}.test`,
    })
    assert.equal(errorOf({ answers: [link(0, 1), link(1, 0)] }).code, 'cname-chain')
    assert.equal(
      errorOf({ answers: Array.from({ length: 15 }, (_, index) => link(index, index + 1)) }).code,
      'cname-chain',
    )
  })

  test('an absence lasts for the lesser of the TTL of the SOA and its minimum (RFC 2308 §3)', () => {
    assert.equal(errorOf({ rcode: 3, authorities: [soa(900, 60)] }).ttl, 60)
    assert.equal(errorOf({ rcode: 3, authorities: [soa(30, 60)] }).ttl, 30)
  })

  test('an absence without a SOA lasts five seconds: not for ever, and not for one message only', () => {
    assert.equal(errorOf({ rcode: 3 }).ttl, 5)
    assert.equal(errorOf({}).ttl, 5)
  })

  test('records that can all not be read are malformed, never "no data"', () => {
    assert.equal(errorOf({ malformed: ['A'] }).code, 'malformed')
    assert.equal(interpret(question, response({ answers: [address], malformed: ['A', 'TXT'] }), true).malformed, 1)
  })

  test('SERVFAIL that names a DNSSEC reason is bogus (RFC 8914)', () => {
    assert.equal(errorOf({ rcode: 2 }).code, 'servfail')
    assert.equal(errorOf({ rcode: 2, extendedError: 22 }).code, 'servfail')
    for (const extendedError of [6, 7, 9, 12]) assert.equal(errorOf({ rcode: 2, extendedError }).code, 'bogus')
  })

  test('any other RCODE is trouble, never an absence', () => {
    assert.equal(errorOf({ rcode: 5 }).code, 'refused')
    for (const rcode of [1, 4, 9, 16, 23]) assert.equal(errorOf({ rcode }).code, 'servfail')
  })
})
