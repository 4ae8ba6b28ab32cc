/**
 * Whatever a client says, the relay answers or closes, others are served, and nothing is queued that was not acknowledged.
 */
import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { after, suite, test } from 'node:test'
import fc from 'fast-check'
import { connectRaw, plain } from '../testing/raw-client.ts'
import { PASSWORD, startTestRelay, USER } from '../testing/test-relay.ts'

const it = await startTestRelay({
  relay: { limits: { softErrors: 1000, hardErrors: 20, unauthenticatedPerMinute: 0 }, ban: { failures: 0 } },
})
after(() => it[Symbol.asyncDispose]())

/** Says it all, and QUIT; everything that was answered. */
async function say(chunks: readonly (string | Buffer)[], port: number = it.plain): Promise<string> {
  using client = await connectRaw({ port })
  for (const chunk of chunks) client.send(chunk)
  client.send('\r\n.\r\nQUIT\r\n')
  client.end()
  return client.rest()
}

const words = fc.constantFrom(
  'EHLO x\r\n',
  'HELO\r\n',
  `AUTH PLAIN ${plain(USER, PASSWORD)}\r\n`,
  'AUTH PLAIN\r\n',
  'AUTH LOGIN\r\n',
  '=\r\n',
  '*\r\n',
  'MAIL FROM:<board@abc.mail>\r\n',
  'MAIL FROM:<board@abc.mail> SIZE=99999999999999999999\r\n',
  'RCPT TO:<a@dest.example>\r\n',
  'RCPT TO:<"a\\>"@[IPv6:::1]>\r\n',
  'DATA\r\n',
  'From: board@abc.mail\r\n\r\nx\r\n',
  '.\r\n',
  '\n.\n',
  'RSET\r\n',
  'NOOP\r\n',
  'STARTTLS\r\n',
  'BDAT 5 LAST\r\nhello',
  '\0\0\0',
  '\xff\xfe',
  '\r',
  'x'.repeat(5000),
)

suite('fuzz', () => {
  const runs = Number(process.env.POSTRIDER_FUZZ_RUNS ?? 150)
  test('any sequence of commands and octets is answered line by line with valid replies', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.oneof(words, fc.string({ unit: 'binary', maxLength: 40 })), { maxLength: 20 }),
        async chunks => {
          const before = (await it.queued()).length
          const said = await say(chunks)
          for (const line of said.split('\r\n').slice(0, -1)) assert.match(line, /^[2345]\d\d[ -][\x20-\x7e]*$/)
          const acknowledged = said.match(/queued as/g)?.length ?? 0
          assert.equal((await it.queued()).length - before, acknowledged)
        },
      ),
      { numRuns: runs },
    )
    using client = await it.login()
    assert.match(await client.ask('NOOP'), /^250 /)
  })
  test('the seeds of other projects neither crash it nor hang it', {
    skip: !process.env.POSTRIDER_SUITES,
  }, async () => {
    const file = join(process.env.POSTRIDER_SUITES ?? '', 'smtp-fuzz/chasquid/seeds.json')
    const seeds = JSON.parse(await readFile(file, 'utf8')) as Record<string, unknown>
    const texts = JSON.stringify(seeds).length > 0 ? strings(seeds) : []
    assert.ok(texts.length > 10)
    for (const text of texts) {
      for (const port of [it.plain, it.starttls]) await say([text.replaceAll(/\r?\n/g, '\r\n')], port)
    }
    using client = await it.login()
    assert.match(await client.ask('NOOP'), /^250 /)
  })
  test('nothing is left open', async () => {
    while (it.log.filter(line => line.event === 'session').length === 0) await new Promise(setImmediate)
    const readiness = await it.relay.readiness()
    assert.equal(readiness.ready, true)
  })
})

function strings(value: unknown): string[] {
  if (typeof value === 'string') return [value]
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(strings) : []
}
