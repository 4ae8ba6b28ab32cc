import assert from 'node:assert/strict'
import { Buffer } from 'node:buffer'
import { suite, test } from 'node:test'
import fc from 'fast-check'
import { matchResponse } from './exchange.ts'
import { decodeQuery, decodeResponse, encodeQuery, encodeReply } from './packet.ts'
import type { DnsRecord, Question } from './record.ts'

const question: Question = { name: 'example.com', type: 'MX' }

function reply(answers: readonly DnsRecord[], asked: Question = question): Buffer {
  return encodeReply({ id: 7, question: asked, rcode: 0, authentic: true, truncated: false, answers, authorities: [] })
}

/** A response whose answer records are written octet by octet. */
function handmade(records: readonly { type: number; data: Buffer; length?: number }[], asked = question): Buffer {
  const bytes = reply([], asked)
  bytes.writeUInt16BE(records.length, 6)
  const sections = records.map(({ type, data, length }) => {
    const head = Buffer.alloc(12)
    // The owner is the name in the question.
    head.writeUInt16BE(0xc00c, 0)
    head.writeUInt16BE(type, 2)
    head.writeUInt16BE(1, 4)
    head.writeUInt32BE(300, 6)
    head.writeUInt16BE(length ?? data.length, 10)
    return Buffer.concat([head, data])
  })
  return Buffer.concat([bytes, ...sections])
}

const A = 1
const MX = 15
const TXT = 16
const TLSA = 52
const DNSKEY = 48
const OPT = 41

suite('a query', () => {
  test('asks for recursion and the AD bit, and takes 1232 octets (RFC 6840 §5.7, RFC 6891)', () => {
    const bytes = encodeQuery(0x1234, question, { edns: true })
    const query = decodeQuery(bytes)
    assert.equal(bytes.readUInt16BE(2), 0x0120)
    assert.deepEqual(query?.question, question)
    assert.equal(query?.id, 0x1234)
    assert.equal(query?.wantsAuthentic, true)
    assert.equal(query?.udpOctets, 1232)
  })

  test('without EDNS is the plain query of RFC 1035', () => {
    const query = decodeQuery(encodeQuery(1, question, { edns: false }))
    assert.equal(query?.udpOctets, 512)
  })
})

suite('a response', () => {
  test('comes back with every kind of record that was put in', () => {
    const tlsa = { usage: 3, selector: 1, matching: 1, data: 'ab'.repeat(32) }
    const records: DnsRecord[] = [
      { type: 'A', name: 'a.test', ttl: 1, address: '192.0.2.1' },
      { type: 'AAAA', name: 'a.test', ttl: 2, address: '2001:db8::1' },
      { type: 'MX', name: 'a.test', ttl: 3, preference: 10, exchange: 'mx.a.test' },
      { type: 'MX', name: 'a.test', ttl: 3, preference: 0, exchange: '.' },
      { type: 'TXT', name: 'a.test', ttl: 4, strings: ['v=spf1 ', '-all', 'grün'] },
      { type: 'TLSA', name: 'a.test', ttl: 5, tlsa },
      { type: 'PTR', name: 'a.test', ttl: 6, target: 'b.test' },
      { type: 'CNAME', name: 'a.test', ttl: 7, target: 'c.test' },
      { type: 'NS', name: 'a.test', ttl: 8, target: 'd.test' },
      { type: 'SOA', name: 'a.test', ttl: 9, primary: 'ns.test', mailbox: 'root.test', serial: 4, minimum: 60 },
    ]
    const response = decodeResponse(reply(records))
    assert.deepEqual(response?.answers, records)
    assert.equal(response?.authentic, true)
    assert.deepEqual(response?.malformed, [])
  })

  test('has its names in lower case', () => {
    const response = decodeResponse(
      reply([{ type: 'MX', name: 'EXAMPLE.com', ttl: 1, preference: 1, exchange: 'MX.Example.Com' }]),
    )
    assert.deepEqual(response?.answers, [
      { type: 'MX', name: 'example.com', ttl: 1, preference: 1, exchange: 'mx.example.com' },
    ])
  })

  test('loses only the record that cannot be read', () => {
    const response = decodeResponse(
      handmade([
        { type: A, data: Buffer.from([192, 0, 2]) },
        { type: A, data: Buffer.from([192, 0, 2, 1]) },
        { type: MX, data: Buffer.from([0, 10, 63, 1, 2]) },
        { type: TXT, data: Buffer.from([9, 97]) },
        { type: TLSA, data: Buffer.from([3, 1]) },
        { type: A, data: Buffer.from([192, 0, 2, 2]) },
      ]),
    )
    assert.deepEqual(
      response?.answers.map(record => record.type === 'A' && record.address),
      ['192.0.2.1', '192.0.2.2'],
    )
    assert.deepEqual(response?.malformed, ['A', 'MX', 'TXT', 'TLSA'])
  })

  test('survives a DNSKEY that dns-packet throws on', () => {
    const response = decodeResponse(
      handmade([
        { type: DNSKEY, data: Buffer.from([1, 0, 9, 8, 1, 2, 3]) },
        { type: A, data: Buffer.from([192, 0, 2, 1]) },
      ]),
    )
    assert.equal(response?.answers.length, 1)
  })

  test('is no response when a record is longer than the message', () => {
    assert.equal(decodeResponse(handmade([{ type: A, data: Buffer.from([192, 0, 2, 1]), length: 400 }])), undefined)
  })

  test('has a TTL of zero where the top bit is set (RFC 2181 §8)', () => {
    const bytes = handmade([{ type: A, data: Buffer.from([192, 0, 2, 1]) }])
    bytes.writeUInt32BE(0x80000001, bytes.length - 10)
    assert.equal(decodeResponse(bytes)?.answers[0]?.ttl, 0)
  })

  test('tells the extended error and the high bits of the RCODE (RFC 8914, RFC 6891 §6.1.3)', () => {
    const bytes = reply([])
    bytes.writeUInt16BE(1, 10)
    const option = Buffer.from([0, 15, 0, 3, 0, 6, 33])
    const opt = Buffer.concat([Buffer.from([0, 0, OPT, 4, 208, 1, 0, 0, 0, 0, option.length]), option])
    const response = decodeResponse(Buffer.concat([bytes, opt]))
    assert.equal(response?.extendedError, 6)
    assert.equal(response?.rcode, 16)
  })

  test('that is cut off is read as far as its question', () => {
    const cut = encodeReply({
      id: 7,
      question,
      rcode: 0,
      authentic: false,
      truncated: true,
      answers: [],
      authorities: [],
    })
    cut.writeUInt16BE(9, 6)
    const response = decodeResponse(cut)
    assert.equal(response?.truncated, true)
    assert.deepEqual(response?.question, question)
  })
})

suite('a response belongs to a query', () => {
  test('when id and question are the same, in any case of letters', () => {
    assert.ok(matchResponse(reply([]), 7, question))
    assert.ok(matchResponse(reply([], { name: 'EXAMPLE.com', type: 'MX' }), 7, question))
  })

  test('and not with another id, name or type, nor when it is a query', () => {
    assert.equal(matchResponse(reply([]), 8, question), undefined)
    assert.equal(matchResponse(reply([], { name: 'example.net', type: 'MX' }), 7, question), undefined)
    assert.equal(matchResponse(reply([], { name: 'example.com', type: 'A' }), 7, question), undefined)
    assert.equal(matchResponse(encodeQuery(7, question, { edns: true }), 7, question), undefined)
  })
})

suite('bytes from the network', () => {
  const real = handmade([
    { type: A, data: Buffer.from([192, 0, 2, 1]) },
    { type: MX, data: Buffer.from([0, 10, 2, 109, 120, 0xc0, 12]) },
    { type: TXT, data: Buffer.from([2, 104, 105]) },
    { type: TLSA, data: Buffer.from([3, 1, 1, 5, 6, 7]) },
  ])

  test('that are arbitrary never throw', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 600 }), bytes => {
        decodeResponse(Buffer.from(bytes))
        decodeQuery(Buffer.from(bytes))
      }),
      { numRuns: 2000 },
    )
  })

  test('that were real and are damaged never throw, and never give a record outside the types we know', () => {
    const damage = fc.array(fc.tuple(fc.nat(real.length - 1), fc.nat(255)), { minLength: 1, maxLength: 6 })
    fc.assert(
      fc.property(damage, fc.nat(real.length), (changes, length) => {
        const bytes = Buffer.from(real)
        for (const [offset, octet] of changes) bytes[offset] = octet
        const response = decodeResponse(bytes.subarray(0, length))
        for (const record of response?.answers ?? [])
          assert.match(record.type, /^(A|AAAA|MX|TXT|TLSA|PTR|CNAME|NS|SOA)$/)
      }),
      { numRuns: 5000 },
    )
  })
})
