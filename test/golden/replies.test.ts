/**
 * Golden replies: what mail hosts say, verbatim or in its pattern, line by line, and what it must mean. replies.tsv is the list; each row of the reply
 * rules has at least one line there.
 */
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { CHECKS } from '../../packages/core/src/language/checks.ts'
import { REMEDIES } from '../../packages/core/src/language/remedies.ts'
import { classify, REPLY_RULES } from '../../packages/core/src/outcome/index.ts'
import { evidenceOf, parseReply, RECIPIENT } from '../support/replies.ts'

interface Line {
  readonly number: number
  readonly host: string
  readonly stage: string
  readonly reply: string
  readonly wanted: string
}

const lines: readonly Line[] = readFileSync(join(import.meta.dirname, 'replies.tsv'), 'utf8')
  .split('\n')
  .map((text, index) => ({ text, number: index + 1 }))
  .filter(({ text }) => text !== '' && !text.startsWith('#'))
  .map(({ text, number }) => {
    const [host = '', stage = '', reply = '', ...wanted] = text.split('\t')
    return { number, host, stage, reply, wanted: wanted.slice(0, 5).join('  ') }
  })

for (const { number, host, stage, reply, wanted } of lines) {
  test(`line ${number}: ${host} at ${stage}: ${reply.slice(0, 100)}`, () => {
    assert.equal(judge(host, stage, reply), wanted)
  })
}

test('every row of the reply rules is played by a line', () => {
  const played = new Set(lines.map(({ wanted }) => wanted.split('  ')[4]))
  assert.deepEqual(
    REPLY_RULES.map(({ id }) => id).filter(id => !played.has(id)),
    [],
  )
})

test('every row has an id of its own and names its source', () => {
  assert.equal(new Set(REPLY_RULES.map(({ id }) => id)).size, REPLY_RULES.length)
  for (const { id, source } of REPLY_RULES) assert.ok(source.length > 5, id)
})

/** What a person has to look into, because no check of ours can. */
const NO_CHECK = [
  'reputation.provider',
  'reputation.url',
  'message.lint',
  'message.content',
  'message.size',
  'egress.address',
  'egress.families',
]

test('a remedy of a kind that preflight checks has the id of that check, unless only a reply can tell', () => {
  const kinds = new Set(Object.keys(CHECKS).map(id => id.split('.')[0]))
  const named = Object.keys(REMEDIES).filter(id => kinds.has(id.split('.')[0]))
  assert.deepEqual(
    named.filter(id => !(id in CHECKS)),
    NO_CHECK,
  )
})

test('every remedy is named by a rule or a judgement', () => {
  const used = new Set(REPLY_RULES.map(({ remedy }) => remedy))
  const ofJudgements = ['egress.address', 'egress.port-25', 'egress.families', 'dns.resolver']
  assert.deepEqual(
    Object.keys(REMEDIES).filter(id => !used.has(id as keyof typeof REMEDIES) && !ofJudgements.includes(id)),
    [],
  )
})

function judge(host: string, stage: string, text: string): string {
  const [verdict] = classify(evidenceOf(host, stage, parseReply(text)), [RECIPIENT])
  assert.equal(verdict?.kind, 'failed')
  if (verdict?.kind !== 'failed') return ''
  const {
    code,
    scope,
    permanence,
    retryAfterMs,
    suppress,
    tryOtherFamily,
    remedy,
    rule,
    effects = [],
  } = verdict.failure
  const more = [
    retryAfterMs === undefined ? '' : `wait=${retryAfterMs / 1000}s`,
    suppress ? 'suppress' : '',
    tryOtherFamily ? 'family' : '',
    remedy === undefined ? '' : `remedy=${remedy}`,
    ...effects.map(({ on, name, measure }) => `effect=${[on, name, measure.kind].filter(Boolean).join(':')}`),
  ].filter(Boolean)
  return [code, scope, permanence, more.join(' ') || '-', rule].join('  ')
}
