import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { createFakeDns } from '../testing/fake-dns.ts'
import type { ZoneLiteral } from '../testing/zone.ts'
import { countLookups, printTree } from './spf-lookups.ts'

const count = (zone: ZoneLiteral) =>
  countLookups({ resolver: createFakeDns(zone), signal: new AbortController().signal }, 'example.com')

suite('the cost of an SPF record', () => {
  test('is counted term by term through includes and redirect; addresses and all cost nothing', async () => {
    const tree = await count({
      'example.com': {
        TXT: 'v=spf1 ip4:192.0.2.1 a mx include:a.test exists:%{i}.x.test ptr redirect=B.test.',
        A: '192.0.2.1',
        MX: '10 m.test',
      },
      'a.test': { TXT: 'v=spf1 include:b.test -all' },
      'b.test': { TXT: 'v=spf1 a:h.test all' },
      'h.test': { AAAA: '2001:db8::1' },
    })
    assert.equal(tree.lookups, 9)
    assert.equal(tree.voids, 0)
    assert.equal(tree.problem, undefined)
    assert.equal(
      printTree(tree),
      'a 1, mx 1, include:a.test 3 (include:b.test 2 (a:h.test 1)), exists:%{i}.x.test 1, ptr 1, redirect=B.test. 2 (a:h.test 1)',
    )
  })

  test('counts what finds nothing as void, and trouble as neither', async () => {
    const zone = {
      'example.com': { TXT: 'v=spf1 a:x.test mx:y.test a:z.test -all' },
      'z.test': { fail: 'servfail' as const },
    }
    assert.equal((await count(zone)).voids, 2)
  })

  test('ends at a loop, and says where it is', async () => {
    const tree = await count({
      'example.com': { TXT: 'v=spf1 include:a.test' },
      'a.test': { TXT: 'v=spf1 include:example.com' },
    })
    assert.deepEqual(tree.problem, {
      what: 'it includes itself: example.com > a.test > example.com',
      at: 'example.com',
      above: 'a.test',
    })
  })

  test('ends at a tree that grows without end', async () => {
    const zone: Record<string, { TXT: string }> = {}
    const name = (depth: number): string => (depth === 0 ? 'example.com' : `d${depth}.test`)
    for (let depth = 0; depth < 100; depth++)
      zone[name(depth)] = { TXT: `v=spf1 include:${name(depth + 1)} include:${name(depth + 1)}` }
    const tree = await count(zone)
    assert.match(tree.problem?.what ?? '', /more than 40 records/)
  })
})
