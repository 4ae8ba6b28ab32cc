/**
 * SuppressionFile: whole lists of suppressed addresses, in and out: CSV (RFC 4180, one line a record), or JSON lines.
 *
 * Policy. Read and written as a stream: a list of a million takes no more memory than one of a thousand. A line that is wrong is
 * told and left out; the others count. What a line says of its address goes before what the flags say of all.
 */
import { createReadStream } from 'node:fs'
import { resolve } from 'node:path'
import { StringDecoder } from 'node:string_decoder'
import type { NewSuppression, SuppressionEntry, SuppressionOrigin } from '@postrider/core'
import { EXIT, type ExitCode, writeJson } from '../terminal/index.ts'
import { type Context, type Input, UsageError } from './command.ts'
import { originFlag, sharedOf, tell, withMailer } from './suppression-list.ts'

const COLUMNS = ['address', 'origin', 'since', 'until', 'note'] as const
const ORIGINS: readonly string[] = ['bounce', 'complaint', 'manual'] satisfies readonly SuppressionOrigin[]
const LONGEST_LINE = 64 * 1024
/** So many wrong lines are told one by one. */
const TOLD = 20

export async function give(input: Input, context: Context, signal: AbortSignal): Promise<ExitCode> {
  const origin = originFlag(input)
  return withMailer({ input, context, role: 'look' }, async mailer => {
    if (!context.json) context.out.write(`${COLUMNS.join(',')}\r\n`)
    for await (const entry of mailer.suppressions.all(origin === undefined ? {} : { origin })) {
      if (signal.aborted) break
      if (context.json) writeJson(context.out, entry)
      else context.out.write(`${csvLine(entry)}\r\n`)
    }
    return EXIT.ok
  })
}

function csvLine({ address, origin, since, until, note = '' }: SuppressionEntry): string {
  return [address, origin, new Date(since).toISOString(), new Date(until).toISOString(), note].map(quoted).join(',')
}

function quoted(text: string): string {
  const plain = text.replaceAll(/[\r\n]+/g, ' ')
  return /[",]/.test(plain) ? `"${plain.replaceAll('"', '""')}"` : plain
}

export async function take(input: Input, context: Context, signal: AbortSignal): Promise<ExitCode> {
  const { parseAddress } = await import('@postrider/core')
  const shared = sharedOf(input, context)
  const [file = '-'] = input.args
  let wrong = 0
  const refuse = (line: number, problem: string): void => {
    wrong++
    if (wrong <= TOLD) context.err.write(`postrider: ${file}:${line}: ${problem}\n`)
  }
  async function* entries(): AsyncGenerator<NewSuppression> {
    let columns: readonly string[] = COLUMNS.slice(0, 1)
    let number = 0
    for await (const line of linesOf(file === '-' ? context.stdin : createReadStream(resolve(context.cwd, file)))) {
      signal.throwIfAborted()
      number++
      if (line.trim() === '') continue
      const header = number === 1 ? headerOf(line) : undefined
      if (header !== undefined) columns = header
      else {
        const read = readLine(line, columns)
        const address = 'problem' in read ? read : parseAddress(read.address)
        if ('problem' in address) refuse(number, address.problem)
        else if (!('problem' in read) && (read.until ?? Infinity) > context.now()) yield { ...shared, ...read }
      }
    }
  }
  return withMailer({ input, context, role: 'write' }, async mailer => {
    const count = await mailer.suppressions.addMany(entries())
    tell(context, 'added', count)
    if (wrong > 0) context.err.write(`postrider: ${wrong} line${wrong === 1 ? ' was' : 's were'} left out\n`)
    return wrong === 0 ? EXIT.ok : EXIT.data
  })
}

/** The names of the columns, when this line has them. */
function headerOf(line: string): readonly string[] | undefined {
  const names = cells(line.replace(/^\ufeff/, '')).map(name => name.trim().toLowerCase())
  if (!names.some(name => ADDRESS_NAMES.has(name))) return undefined
  return names.map(name => (ADDRESS_NAMES.has(name) ? 'address' : NOTE_NAMES.has(name) ? 'note' : name))
}

/** As the lists of others call them. */
const ADDRESS_NAMES: ReadonlySet<string> = new Set(['address', 'email', 'e-mail', 'recipient'])
const NOTE_NAMES: ReadonlySet<string> = new Set(['note', 'reason', 'comment', 'description'])

type Read = Pick<NewSuppression, 'address' | 'note' | 'origin'> & { readonly until?: number }

function readLine(line: string, columns: readonly string[]): Read | { readonly problem: string } {
  let fields: Readonly<Record<string, unknown>>
  if (line.startsWith('{')) {
    try {
      fields = JSON.parse(line) as Readonly<Record<string, unknown>>
    } catch {
      return { problem: 'found broken JSON, wanted an object on one line' }
    }
  } else {
    const values = cells(line)
    fields = Object.fromEntries(columns.map((name, place) => [name, values[place]?.trim()]))
  }
  const { address = fields.email, origin, until, note } = fields
  if (typeof address !== 'string' || address === '') return { problem: 'found no address' }
  const end = until === undefined || until === '' ? undefined : new Date(until as string | number).getTime()
  if (end !== undefined && !Number.isFinite(end)) return { problem: `found ${String(until)}, wanted a time` }
  return {
    address,
    ...(typeof origin === 'string' && ORIGINS.includes(origin) ? { origin: origin as SuppressionOrigin } : {}),
    ...(end === undefined ? {} : { until: end }),
    ...(typeof note === 'string' && note !== '' ? { note: note.slice(0, 500) } : {}),
  }
}

/** RFC 4180 §2 */
function cells(line: string): readonly string[] {
  const found: string[] = []
  for (const [, text, plain = ''] of line.matchAll(/(?:^|,)(?:"((?:[^"]|"")*)"|([^,]*))/g))
    found.push(text === undefined ? plain : text.replaceAll('""', '"'))
  return found
}

async function* linesOf(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<string> {
  const decoder = new StringDecoder('utf8')
  let rest = ''
  for await (const part of bytes) {
    const lines = (rest + decoder.write(Buffer.from(part))).split('\n')
    rest = lines.pop() ?? ''
    if (rest.length > LONGEST_LINE)
      throw new UsageError(`found a line of more than ${LONGEST_LINE} octets, wanted a list`)
    for (const line of lines) yield line.replace(/\r$/, '')
  }
  rest += decoder.end()
  if (rest !== '') yield rest
}
