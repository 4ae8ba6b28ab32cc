/**
 * Print: a checkup for people: what is wrong first, everything with its reason and its fix.
 *
 * Not here: the form for machines (the checkup itself, as JSON).
 */
import type { CheckLevel } from '@postrider/core'
import { padTo } from '../language/width.ts'
import { columns, word } from '../language/words.ts'
import { hang, paint, type Style, type Terminal, table } from '../terminal/index.ts'
import type { Checkup, Finding, SenderFindings } from './finding.ts'

const STYLES: Readonly<Record<CheckLevel, Style>> = {
  ok: 'green',
  note: 'cyan',
  unknown: 'magenta',
  warn: 'yellow',
  fail: 'red',
}
/** Columns of the mark before each finding, and of the name before each part of it. */
const MARK = 8
const WORST_FIRST: readonly CheckLevel[] = ['fail', 'warn', 'unknown', 'note', 'ok']

export function printCheckup(checkup: Checkup, terminal: Terminal): string {
  const all = [...checkup.senders.flatMap(({ checks }) => checks), ...checkup.state]
  const parts = [
    ...checkup.senders.map(sender => printSender(sender, terminal)),
    ...(checkup.state.length === 0 ? [] : [`${word('findings.host')}\n\n${printFindings(checkup.state, terminal)}`]),
    summary(all, terminal),
  ]
  return `${parts.join('\n\n')}\n`
}

function printSender({ of, publicAddresses, checks, providers }: SenderFindings, terminal: Terminal): string {
  const from = publicAddresses.map(({ address, foundBy }) => `${address} (${foundBy})`).join(', ')
  const head = from === '' ? of : word('findings.sent-from', { of, addresses: from })
  const rows = providers.map(({ provider, demand, status, because }) => [
    provider,
    word(`status.${status}`),
    because.length === 0 ? demand : `${demand} (${because.join(', ')})`,
  ])
  return [
    head,
    printFindings(checks, terminal),
    ...(rows.length === 0 ? [] : [table(columns('provider', 'status', 'demand'), rows, terminal)]),
  ].join('\n\n')
}

export function printFindings(findings: readonly Finding[], terminal: Terminal): string {
  const ordered = WORST_FIRST.flatMap(level => findings.filter(finding => finding.level === level))
  return ordered.map(finding => printFinding(finding, terminal)).join('\n')
}

/** What was found stands first, whatever came of it. */
function printFinding({ id, level, found, wanted, why, fix }: Finding, terminal: Terminal): string {
  const mark = paint(terminal, STYLES[level], padTo(word(`level.${level}`), MARK - 1))
  const headed = (text: string): string => `${mark} ${hang(`${id}: ${text}`, 2 * MARK, terminal)}`
  if (level === 'ok') return headed(found.split('\n')[0] ?? '')
  const lines: (readonly [string, string | undefined])[] = [
    [word('finding.wanted'), wanted],
    [word('finding.why'), why],
    [word('finding.fix'), fix],
  ]
  const body = lines.flatMap(([name, text]) =>
    text === undefined ? [] : [`${padTo(`${name}:`, MARK)}${hang(text, 2 * MARK, terminal)}`],
  )
  return [headed(found), ...body.map(line => `${' '.repeat(MARK)}${line}`)].join('\n')
}

function summary(all: readonly Finding[], terminal: Terminal): string {
  const counted = WORST_FIRST.flatMap(level => {
    const count = all.filter(finding => finding.level === level).length
    return count === 0
      ? []
      : [paint(terminal, STYLES[level], word('findings.level', { count, level: word(`level.${level}`) }))]
  })
  const levels = counted.length === 0 ? word('none') : word('list', { items: counted })
  return word('findings.total', { count: all.length, levels })
}
