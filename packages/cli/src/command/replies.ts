/**
 * replies: the replies that no rule knew, counted in the form that can be shown to others.
 *
 * Policy. Of the history that the queue keeps. What is shown has no address, name or number in it.
 */

import type { DurableFact, Mailer } from '@postrider/core'
import { say } from '../language/commands.ts'
import { columns } from '../language/words.ts'
import { EXIT, table, writeJson } from '../terminal/index.ts'
import { type Command, UsageError } from './command.ts'
import { openMailer } from './mailer.ts'

export interface Unmatched {
  readonly count: number
  /** The basic code of the reply, and the stage it answered. */
  readonly code: string
  readonly stage: string
  readonly words: string
}

const PAGE = 1000

export const replies: Command = {
  name: 'replies',
  summary: 'Count the replies that no rule knew, in a form that can be sent to the project.',
  flags: [{ form: '--unmatched', says: 'those that only their digits decided' }],
  examples: ['postrider replies --unmatched', 'postrider replies --unmatched --json'],
  run: async (input, context) => {
    if (input.flags.unmatched !== true) throw new UsageError(say('usage.which-replies'))
    const mailer = await openMailer(input, context, 'look')
    try {
      const found = await countUnmatched(historyOf(mailer))
      if (context.json) writeJson(context.out, found)
      else if (found.length === 0) context.out.write(`${say('replies.all-known')}\n`)
      else context.out.write(`${table(columns('count', 'code', 'stage', 'words'), found.map(row))}\n`)
      return EXIT.ok
    } finally {
      await mailer.close()
    }
  },
}

function row({ count, code, stage, words }: Unmatched): readonly string[] {
  return [String(count), code, stage, words]
}

async function* historyOf(mailer: Mailer): AsyncGenerator<DurableFact> {
  for (let after = 0; ; ) {
    const page = await mailer.readFacts({ after, limit: PAGE })
    for (const { fact } of page) yield fact
    const last = page.at(-1)
    if (last === undefined) return
    after = last.number
  }
}

/** The most frequent first. */
export async function countUnmatched(facts: AsyncIterable<DurableFact>): Promise<readonly Unmatched[]> {
  const { isUnmatched, normaliseReply } = await import('@postrider/core')
  const found = new Map<string, Unmatched>()
  for await (const fact of facts) {
    if (!('rule' in fact) || !('reply' in fact) || fact.reply === undefined || !(await isUnmatched(fact.rule))) continue
    const code = fact.reply.slice(0, 3)
    const words = await normaliseReply(fact.reply)
    const key = `${code} ${fact.stage} ${words}`
    found.set(key, { count: (found.get(key)?.count ?? 0) + 1, code, stage: fact.stage, words })
  }
  return [...found.values()].sort((a, b) => b.count - a.count || (a.words < b.words ? -1 : 1))
}
