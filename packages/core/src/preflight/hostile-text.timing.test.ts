/** Texts of strangers, as long as a TXT record can be: what is read in them takes a time that grows with their length alone. */
import assert from 'node:assert/strict'
import { cpuUsage } from 'node:process'
import { suite, test } from 'node:test'
import type { Domain } from '../model/address.ts'
import { generateDkimKey } from '../sign/index.ts'
import { createFakeDns } from '../testing/fake-dns.ts'
import { checkMtaSts } from './checks/mta-sts.ts'
import { checkDkimKey } from './dkim.ts'
import { adviseDmarc, unreadableTags, withTag } from './dmarc-advice.ts'
import { mendSpf } from './spf-mend.ts'
import { adviseSpf, withoutTarget } from './spf-record.ts'
import { isTerm } from './spf-term.ts'
import { parseTags } from './tags.ts'

/** RFC 1035 §3.3: RDLENGTH has 16 bits. */
const LENGTH = 65_000
/** A hundred times what it takes, on a machine that is busy. */
const LIMIT_MS = 1_000

const PIECES = [
  ...[' ', '\t', ',', ';', '=', ':', '"', '.', '/', '-', '~', '%', '+', '{', '}', '@', 'a', '1', 'é'],
  ...[
    '%{',
    '%{i}',
    ': ',
    '= ',
    ' =',
    ', ',
    'a:x,',
    ',a:x',
    'p=',
    ' p =',
    'p ; ',
    'a ',
    'all ',
    '-all',
    ' mx:',
    'ip4:1.2.3.4,',
  ],
  ...[
    'redirect=a.test ',
    'include=a.test ',
    'a=',
    'mailto:a@b,',
    ' mailto:a@b.test ,',
    'v=spf1 ',
    'v=DMARC1;',
    'p=reject;',
  ],
]
const TAILS = ['', 'x', ' !']

function* longTexts(heads: readonly string[]): Generator<string> {
  for (const head of heads)
    for (const tail of TAILS) {
      for (const piece of PIECES)
        yield `${head}${piece.repeat(Math.floor((LENGTH - head.length) / piece.length))}${tail}`
      // Many words, each another; and one long word before many short ones.
      for (const word of ['a:h', 'exists:h', 'h', 'exp=h']) {
        const words = Array.from({ length: 5_000 }, (_, index) => `${word}${index}.test`)
        yield `${head}${words.join(' ')}${tail}`
      }
      for (const piece of [' :', ' =', ',x', ' x'])
        yield `${head}${'a'.repeat(LENGTH / 2)}${piece.repeat(LENGTH / 4)}${tail}`
    }
}

async function staysQuick(heads: readonly string[], read: (text: string) => unknown): Promise<void> {
  for (const text of longTexts(heads)) {
    const before = cpuUsage()
    await read(text)
    const { user, system } = cpuUsage(before)
    const ms = (user + system) / 1000
    assert.ok(ms < LIMIT_MS, `${Math.round(ms)} ms: ${JSON.stringify(`${text.slice(0, 40)}…${text.slice(-20)}`)}`)
  }
}

suite('a long text of a stranger is read in linear time:', () => {
  test('an SPF record that is mended', () =>
    staysQuick(['v=spf1 ', 'v=spf1,'], text =>
      adviseSpf([text, 'v=spf1 -all'], { addresses: ['192.0.2.1'], dead: 'a.test' }),
    ))

  test('an SPF record without one of its terms', () =>
    staysQuick(['v=spf1 ', 'v=spf1 include:'], text => withoutTarget(text, 'a.test')))

  test('a term of an SPF record', () => staysQuick(['', 'include:', 'a:', 'ip6:'], isTerm))

  test('a DMARC record that is mended', () =>
    staysQuick(['v=DMARC1; ', 'v=DMARC1; p=none; ruf=', ' " p=none '], text => {
      adviseDmarc([text, text], { domain: 'example.com' })
      withTag(text, 'sp', 'reject')
      const tags = parseTags(text)
      return 'values' in tags && unreadableTags(tags.values)
    }))

  test('a DKIM record', async () => {
    const { key } = await generateDkimKey({ domain: 'example.com', selector: 's1', algorithm: 'ed25519-sha256' })
    const { signal } = new AbortController()
    await staysQuick(['v=DKIM1; p=', 'v=DKIM1; k=ed25519; h=', 'v=DKIM1; k=ed25519; p='], text =>
      checkDkimKey({ resolver: createFakeDns({ 's1._domainkey.example.com': { TXT: text } }), signal }, key),
    )
  })

  test('an MTA-STS record and its policy', async () => {
    const { signal } = new AbortController()
    await staysQuick(['v=STSv1; id=', 'version: STSv1\nmode: testing\nmx: '], text => {
      const resolver = createFakeDns({
        '_mta-sts.example.com': { TXT: text.startsWith('v=') ? text : 'v=STSv1; id=1' },
      })
      const fetchPolicy = async (): Promise<{ text: string }> => ({ text })
      return checkMtaSts(
        { resolver, signal },
        { domain: 'example.com' as Domain, hosts: ['mx.example.com'], fetchPolicy },
      )
    })
  })
})

test('tags and terms that are called as every object has it are of nobody', () => {
  for (const name of ['constructor', 'toString', 'valueOf']) {
    const record = `v=DMARC1; p=none; ${name}=x`
    const tags = parseTags(record)
    assert.ok('values' in tags)
    assert.deepEqual(unreadableTags(tags.values), [], name)
    assert.ok(adviseDmarc([record], { domain: 'example.com' }), name)
    assert.doesNotMatch(JSON.stringify(mendSpf(`v=spf1 ${name}=example.com -all`)), /native code/, name)
  }
})
