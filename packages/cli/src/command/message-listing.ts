/**
 * MessageListing: what `messages list` prints.
 *
 * Policy. Pages are asked for until there are enough or no more: how many a page has is a matter of time.
 */

import type { MessageFilter, QueueEntry, QueueId } from '@postrider/core'
import { say } from '../language/commands.ts'
import { columns, stateWord, word } from '../language/words.ts'
import { EXIT, type ExitCode, moment, table, writeJson } from '../terminal/index.ts'
import { type Context, type Input, listFlag, textFlag, UsageError } from './command.ts'
import { momentFlag, wholeNumberFlag } from './flag-values.ts'
import { withMailer } from './queue-listing.ts'

const USUAL_LIMIT = 100
const PAGE = 500
const TEXTS = ['state', 'to', 'domain', 'from', 'account', 'via', 'messageId', 'subject', 'code', 'host'] as const

export async function list(input: Input, context: Context, signal: AbortSignal): Promise<ExitCode> {
  const limit = wholeNumberFlag(input, 'limit', { least: 1, most: 1_000_000 }) ?? USUAL_LIMIT
  const filter = filterFrom(input, context)
  const rows: (readonly string[])[] = []
  return withMailer(input, context, async mailer => {
    let after = textFlag(input, 'after') as QueueId | undefined
    for (let left = limit; left > 0 && !signal.aborted; ) {
      const page = await mailer.messages.list({ ...filter, ...(after && { after }), limit: Math.min(left, PAGE) })
      for (const message of page.messages) {
        if (context.json) writeJson(context.out, message)
        else rows.push(rowOf(message))
      }
      left -= page.messages.length
      after = page.next
      if (after === undefined) break
    }
    if (!context.json)
      context.out.write(
        rows.length === 0
          ? `${say('messages.none')}\n`
          : `${table(columns('id', 'came-in', 'state', 'from', 'to', 'subject'), rows)}\n`,
      )
    return EXIT.ok
  })
}

/** @throws MailerError `unknown-message` */
export async function content(input: Input, context: Context): Promise<ExitCode> {
  const [id = ''] = input.args
  return withMailer(input, context, async mailer => {
    const bytes = await mailer.messages.content(id)
    if (bytes === undefined) {
      context.err.write(`postrider: ${say('messages.no-content', { id })}\n`)
      return EXIT.data
    }
    if (context.json) writeJson(context.out, { id, content: bytes.toString('base64') })
    // It has been made 7-bit, or is UTF-8; base64 is exact whatever it is.
    else context.out.write(bytes.toString())
    return EXIT.ok
  })
}

/** @throws UsageError */
function filterFrom(input: Input, context: Context): MessageFilter {
  const texts = TEXTS.flatMap(name => {
    const value = textFlag(input, name)
    return value === undefined ? [] : [[name, value] as const]
  })
  const tags = listFlag(input, 'tag').map(tag => {
    const at = tag.indexOf('=')
    if (at < 1) throw new UsageError(`--tag: found "${tag}", wanted name=value`)
    return [tag.slice(0, at), tag.slice(at + 1)] as const
  })
  const since = momentFlag(input, 'since', context.now())
  const before = momentFlag(input, 'before', context.now())
  return {
    ...(Object.fromEntries(texts) as MessageFilter),
    ...(tags.length > 0 && { tags: Object.fromEntries(tags) }),
    ...(since !== undefined && { since }),
    ...(before !== undefined && { before }),
  }
}

function rowOf({ id, acceptedAt, held, from, recipients, card }: QueueEntry): readonly string[] {
  const states = [...new Set(recipients.map(({ state }) => state))]
  const [first, ...more] = recipients
  return [
    id,
    moment(acceptedAt),
    held === undefined ? word('list', { items: states.map(stateWord) }) : stateWord('held'),
    from === '' ? '<>' : from,
    more.length === 0 ? (first?.address ?? '') : word('and-more', { first: first?.address ?? '', more: more.length }),
    card?.subject ?? '',
  ]
}
