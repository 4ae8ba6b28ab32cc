/**
 * Field replies: field-replies.tsv, and how many of them are judged as a reader would. A wide net beside the golden replies,
 * which say line by line what must be: here a share must be right, and no address may be suppressed for another's fault.
 */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { classify } from '../../packages/core/src/outcome/index.ts'
import { HARD } from '../conformance/reasons.ts'
import { evidenceOf, parseReply, RECIPIENT } from '../support/replies.ts'

export interface FieldReply {
  readonly accepted: readonly string[]
  readonly stage: string
  readonly text: string
}

export interface JudgedFieldReply extends FieldReply {
  readonly code: string
  readonly suppressed: boolean
}

export const FIELD_REPLIES: readonly FieldReply[] = readFileSync(join(import.meta.dirname, 'field-replies.tsv'), 'utf8')
  .split('\n')
  .filter(line => line !== '' && !line.startsWith('#'))
  .map(line => {
    const [codes = '', stage = '', text = ''] = line.split('\t')
    return { accepted: codes.split(','), stage, text }
  })

export function judgeFieldReply(one: FieldReply): JudgedFieldReply {
  const [verdict] = classify(evidenceOf('mx.example.com', one.stage, parseReply(one.text)), [RECIPIENT])
  if (verdict?.kind !== 'failed') throw new Error(`no failure: ${one.text}`)
  const { code, suppress } = verdict.failure
  return { ...one, code, suppressed: suppress && hard([code]) }
}

/** Whether the address must be suppressed: gone by every code that is accepted, and refused for good at RCPT. */
export function isGone({ accepted, stage, text }: FieldReply): boolean {
  return accepted.every(code => hard([code])) && stage === 'rcpt' && text.startsWith('5')
}

export function mayBeGone({ accepted }: FieldReply): boolean {
  return hard(accepted)
}

function hard(codes: readonly string[]): boolean {
  return codes.some(code => (HARD as ReadonlySet<string>).has(code))
}
