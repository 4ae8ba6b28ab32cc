/**
 * Select: which checks are told: `spf`, `spf.lookups` or `host.ptr*`. A word stands for the check of that id and for the whole
 * family of that name.
 */
import type { Checkup, Finding } from './finding.ts'
import { worstLevel } from './finding.ts'

export interface Selection {
  /** Empty is all. */
  readonly only: readonly string[]
  readonly skip: readonly string[]
}

export function select(checkup: Checkup, { only, skip }: Selection): Checkup {
  const wanted = ({ id }: Finding): boolean =>
    (only.length === 0 || only.some(word => fits(id, word))) && !skip.some(word => fits(id, word))
  // Who asks for some checks does not ask what they mean to each provider.
  const senders = checkup.senders.map(sender => ({
    ...sender,
    checks: sender.checks.filter(wanted),
    providers: only.length === 0 ? sender.providers : [],
  }))
  const state = checkup.state.filter(wanted)
  return { ...checkup, senders, state, worst: worstLevel([...senders.flatMap(({ checks }) => checks), ...state]) }
}

function fits(id: string, word: string): boolean {
  return word.endsWith('*') ? id.startsWith(word.slice(0, -1)) : id === word || id.startsWith(`${word}.`)
}

/** Words that stand for no check at all. */
export function unknownWords(words: readonly string[], ids: readonly string[]): readonly string[] {
  return words.filter(word => !ids.some(id => fits(id, word)))
}
