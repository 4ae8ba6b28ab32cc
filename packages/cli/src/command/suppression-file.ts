/**
 * SuppressionFile: whole lists of suppressed addresses, in and out: CSV (RFC 4180, one line a record), or JSON lines.
 *
 * Policy. Read and written as a stream: a list of a million takes no more memory than one of a thousand. A line that is wrong is
 * told and left out; the others count. What a line says of its address goes before what the flags say of all.
 */

import { createReadStream } from 'node:fs'
import { resolve } from 'node:path'
import { StringDecoder } from 'node:string_decoder'
import type { NewSuppression } from '@postrider/core'
import { say } from '../language/commands.ts'
import { EXIT, type ExitCode, writeJson } from '../terminal/index.ts'
import { type Context, type Input, UsageError } from './command.ts'
import { originFlag, sharedOf, tell, withMailer } from './suppression-list.ts'

const LONGEST_LINE = 64 * 1024
/** So many wrong lines are told one by one. */
const TOLD = 20

export async function give(input: Input, context: Context, signal: AbortSignal): Promise<ExitCode> {
  const origin = originFlag(input)
  const { SUPPRESSION_COLUMNS, suppressionLine } = await suppressionText()
  return withMailer({ input, context, role: 'look' }, async mailer => {
    if (!context.json) context.out.write(`${SUPPRESSION_COLUMNS.join(',')}\r\n`)
    for await (const entry of mailer.suppressions.all(origin === undefined ? {} : { origin })) {
      if (signal.aborted) break
      if (context.json) writeJson(context.out, entry)
      else context.out.write(`${suppressionLine(entry)}\r\n`)
    }
    return EXIT.ok
  })
}

export async function take(input: Input, context: Context, signal: AbortSignal): Promise<ExitCode> {
  const { parseAddress } = await import('@postrider/core')
  const { suppressionReader } = await suppressionText()
  const shared = sharedOf(input, context)
  const [file = '-'] = input.args
  let wrong = 0
  const refuse = (line: number, problem: string): void => {
    wrong++
    if (wrong <= TOLD) context.err.write(`postrider: ${file}:${line}: ${problem}\n`)
  }
  async function* entries(): AsyncGenerator<NewSuppression> {
    const read = suppressionReader()
    let number = 0
    for await (const line of linesOf(file === '-' ? context.stdin : createReadStream(resolve(context.cwd, file)))) {
      signal.throwIfAborted()
      number++
      const found = read(line)
      if (found === undefined) continue
      const address = 'problem' in found ? found : parseAddress(found.address)
      if ('problem' in address) refuse(number, address.problem)
      else if (!('problem' in found) && (found.until ?? Infinity) > context.now()) yield { ...shared, ...found }
    }
  }
  return withMailer({ input, context, role: 'write' }, async mailer => {
    const count = await mailer.suppressions.addMany(entries())
    tell(context, 'added', count)
    if (wrong > 0) context.err.write(`postrider: ${say('suppressions.left-out', { count: wrong })}\n`)
    return wrong === 0 ? EXIT.ok : EXIT.data
  })
}

/** Loaded by who has a list: most commands have none. */
async function suppressionText() {
  return (await import('@postrider/core')).suppressionText()
}

async function* linesOf(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<string> {
  const decoder = new StringDecoder('utf8')
  let rest = ''
  for await (const part of bytes) {
    const lines = (rest + decoder.write(Buffer.from(part))).split('\n')
    rest = lines.pop() ?? ''
    if (rest.length > LONGEST_LINE) throw new UsageError(say('usage.long-line', { most: LONGEST_LINE }))
    for (const line of lines) yield line.replace(/\r$/, '')
  }
  rest += decoder.end()
  if (rest !== '') yield rest
}
