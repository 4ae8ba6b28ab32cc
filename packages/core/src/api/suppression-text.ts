/**
 * SuppressionText: suppressed addresses line by line, as lists are carried from one program to another: CSV (RFC 4180, one line a
 * record) or JSON lines.
 *
 * Policy. Read kindly: the first line may name the columns, in the words of other programs too. A line that is wrong is told, and the
 * others count. Loaded by who asks for it.
 *
 * Not here: the list itself (suppressions.ts).
 */
import { SUPPRESSION_ORIGINS, type SuppressionOrigin } from '../model/settlement.ts'
import type { NewSuppression, SuppressionEntry } from './suppressions.ts'

/** The columns of a list that is given out. */
export const SUPPRESSION_COLUMNS: readonly string[] = ['address', 'origin', 'since', 'until', 'note']

/** Reads line after line of one list. */
export type ReadSuppressionLine = (line: string) => ReadSuppression | { readonly problem: string } | undefined

/** A line of a list that was read, or why it cannot be. */
export type ReadSuppression = Pick<NewSuppression, 'address' | 'note' | 'origin'> & { readonly until?: number }

/** @returns what reads its lines in order: an entry, what is wrong with the line, or undefined for one that says nothing */
export function suppressionReader(): ReadSuppressionLine {
  let columns: readonly string[] = SUPPRESSION_COLUMNS.slice(0, 1)
  let isFirst = true
  return line => {
    const header = isFirst ? headerOf(line) : undefined
    isFirst = false
    if (header !== undefined) columns = header
    return header !== undefined || line.trim() === '' ? undefined : readLine(line, columns)
  }
}

/** One record of CSV, without its line end. */
export function suppressionLine({ address, origin, since, until, note = '' }: SuppressionEntry): string {
  return [address, origin, new Date(since).toISOString(), new Date(until).toISOString(), note].map(quoted).join(',')
}

/** What a spreadsheet would take for a formula gets an apostrophe before it, which is taken off again where the list is read. */
const FORMULA = /^'?[=+\-@\t]/

function quoted(text: string): string {
  const line = text.replaceAll(/[\r\n]+/g, ' ')
  const plain = FORMULA.test(line) ? `'${line}` : line
  return /[",]/.test(plain) ? `"${plain.replaceAll('"', '""')}"` : plain
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

function readLine(line: string, columns: readonly string[]): ReadSuppression | { readonly problem: string } {
  let fields: Readonly<Record<string, unknown>>
  if (line.startsWith('{')) {
    try {
      fields = JSON.parse(line) as Readonly<Record<string, unknown>>
    } catch {
      return { problem: 'found broken JSON, wanted an object on one line' }
    }
  } else {
    const values = cells(line)
    fields = Object.fromEntries(columns.map((name, place) => [name, unguarded(values[place]?.trim())]))
  }
  const { address = fields.email, origin, until, note } = fields
  if (typeof address !== 'string' || address === '') return { problem: 'found no address' }
  const end = until === undefined || until === '' ? undefined : new Date(until as string | number).getTime()
  if (end !== undefined && !Number.isFinite(end)) return { problem: `found ${String(until)}, wanted a time` }
  return {
    address,
    ...(typeof origin === 'string' && (SUPPRESSION_ORIGINS as readonly string[]).includes(origin)
      ? { origin: origin as SuppressionOrigin }
      : {}),
    ...(end === undefined ? {} : { until: end }),
    ...(typeof note === 'string' && note !== '' ? { note: note.slice(0, 500) } : {}),
  }
}

function unguarded(text: string | undefined): string | undefined {
  return text?.startsWith("'") && FORMULA.test(text.slice(1)) ? text.slice(1) : text
}

/** RFC 4180 §2 */
function cells(line: string): readonly string[] {
  const found: string[] = []
  for (const [, text, plain = ''] of line.matchAll(/(?:^|,)(?:"((?:[^"]|"")*)"|([^,]*))/g))
    found.push(text === undefined ? plain : text.replaceAll('""', '"'))
  return found
}
