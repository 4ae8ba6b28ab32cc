/**
 * Wordings: what mail servers say in eleven languages, and what it must mean, whoever says it; wordings.tsv is the list. Where
 * a language has no such reply for a cause, the vocabulary has a gap.
 */
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { classify } from '../../packages/core/src/outcome/index.ts'
import { evidenceOf, parseReply, RECIPIENT } from '../support/replies.ts'

interface Line {
  readonly language: string
  readonly stage: string
  readonly reply: string
  readonly code: string
  readonly rest: string
}

const lines: readonly Line[] = readFileSync(join(import.meta.dirname, 'wordings.tsv'), 'utf8')
  .split('\n')
  .filter(text => text !== '' && !text.startsWith('#'))
  .map(text => {
    const [language = '', stage = '', reply = '', code = '', rest = ''] = text.split('\t')
    return { language, stage, reply, code, rest }
  })

for (const { language, stage, reply, code, rest } of lines) {
  test(`${language}, at ${stage}: ${reply.slice(0, 110)}`, () => {
    const [verdict] = classify(evidenceOf('mx.example.com', stage, parseReply(reply)), [RECIPIENT])
    assert.equal(verdict?.kind, 'failed')
    if (verdict?.kind !== 'failed') return
    const { failure } = verdict
    const seen = `${failure.code}\t${failure.permanence}${failure.suppress ? ' suppress' : ''}`
    assert.equal(seen, `${code}\t${rest}`, failure.rule)
  })
}

/** Each cause has a reply in each language. */
const CAUSES = [
  'user-unknown',
  'no-such-domain',
  'mailbox-full',
  'user-disabled',
  'policy-refused',
  'blocklisted',
  'greylisted',
  'host-busy',
  'rate-limited',
  'content-refused',
  'message-too-large',
  'login-failed',
  'reverse-dns',
  'tls-required',
  'relay-denied',
]

test('each cause is said in each language', () => {
  const languages = [...new Set(lines.map(({ language }) => language))]
  assert.equal(languages.length, 11)
  const said = new Set(lines.map(({ language, code }) => `${language} ${code}`))
  const missing = languages
    .flatMap(language => CAUSES.map(cause => `${language} ${cause}`))
    .filter(one => !said.has(one))
  assert.deepEqual(missing, [])
})
