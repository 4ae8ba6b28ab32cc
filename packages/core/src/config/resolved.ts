/** Resolved: what settled options come with. */
import type { ResolvedOptions } from './options.ts'

export interface Resolved {
  readonly options: ResolvedOptions
  /** The sections of the extension, as its schema gave them. */
  readonly sections: Readonly<Record<string, unknown>>
  /** Worth telling an operator, one line each. */
  readonly warnings: readonly string[]
  /** Whether `queue.keepHistoryMs` was given: its default hangs on who may answer, which a section may widen. */
  readonly historyGiven: boolean
}
