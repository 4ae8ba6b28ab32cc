/**
 * SendMany: a list of drafts, some at once; one that is refused does not hold up the others.
 */
import type { Draft } from '../model/draft.ts'
import type { Receipt, SendResult } from './receipt.ts'

/** How many drafts are composed and signed at once. */
const AT_ONCE = 64

/** The results are in the order of the drafts. */
export async function sendEach(
  drafts: readonly Draft[],
  send: (draft: Draft) => Promise<Receipt>,
): Promise<readonly SendResult[]> {
  const results: SendResult[] = new Array(drafts.length)
  let next = 0
  const worker = async (): Promise<void> => {
    while (next < drafts.length) {
      const place = next++
      try {
        results[place] = { ok: true, receipt: await send(drafts[place] as Draft) }
      } catch (error) {
        results[place] = { ok: false, error }
      }
    }
  }
  await Promise.all(Array.from({ length: Math.min(AT_ONCE, drafts.length) }, worker))
  return results
}
