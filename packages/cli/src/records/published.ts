/**
 * Published: a record that is wanted, beside what is published at its name.
 *
 * Policy. What is there and right is kept as its owner wrote it; what could not be found out is never called missing.
 *
 * Not here: which records are wanted (plan.ts, return-path.ts).
 */
import type { PublishRecord, Purpose, RecordText } from './record.ts'

/** The texts of the records that stand at a name: none, or `unknown` when that could not be found out. */
export type AskPublished = (name: string, type: RecordText['type']) => Promise<readonly string[] | 'unknown'>

const TTL = 3600

export interface Wanted extends RecordText {
  readonly purpose: Purpose
  readonly why: string
  readonly setBy?: PublishRecord['setBy']
  readonly optional?: boolean
  /** Whether a record that stands there is the one wanted. @default the same text */
  readonly same?: (text: string) => boolean
  /** Whether it must give way. @default none does */
  readonly rival?: (text: string) => boolean
}

export async function besidePublished(wanted: Wanted, ask: AskPublished): Promise<PublishRecord> {
  const { purpose, why, name, type, value, setBy = 'domain', optional = false } = wanted
  const same = wanted.same ?? (text => text === value)
  const there = await ask(name, type)
  const texts = there === 'unknown' ? [] : there
  const ours = texts.find(same)
  const replaces = texts.filter(text => text !== ours && (wanted.rival?.(text) ?? false))
  const state =
    there === 'unknown' ? 'unknown' : replaces.length > 0 ? 'different' : ours === undefined ? 'missing' : 'published'
  const beside = texts.filter(text => text !== ours && !replaces.includes(text))
  return { purpose, name, type, value: ours ?? value, ttl: TTL, state, replaces, beside, setBy, optional, why }
}
