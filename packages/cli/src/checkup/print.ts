/**
 * Print: a checkup for people: what is wrong first, everything with its reason and its fix.
 *
 * Not here: the form for machines (the checkup itself, as JSON).
 */
import type { CheckLevel } from '@postrider/core'
import { padTo } from '../language/width.ts'
import { columns, word } from '../language/words.ts'
import { paint, type Style, type Terminal, table } from '../terminal/index.ts'
import type { Checkup, Finding, SenderFindings } from './finding.ts'

const STYLES: Readonly<Record<CheckLevel, Style>> = {
  ok: 'green',
  note: 'cyan',
  unknown: 'magenta',
  warn: 'yellow',
  fail: 'red',
}
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
  const rows = providers.map(({ provider, demand, standing, because }) => [
    provider,
    word(`standing.${standing}`),
    because.length === 0 ? demand : `${demand} (${because.join(', ')})`,
  ])
  return [
    head,
    printFindings(checks, terminal),
    ...(rows.length === 0 ? [] : [table(columns('provider', 'standing', 'demand'), rows)]),
  ].join('\n\n')
}

export function printFindings(findings: readonly Finding[], terminal: Terminal): string {
  const ordered = WORST_FIRST.flatMap(level => findings.filter(finding => finding.level === level))
  return ordered.map(finding => printFinding(finding, terminal)).join('\n')
}

function printFinding({ id, level, title, found, wanted, why, fix }: Finding, terminal: Terminal): string {
  const mark = paint(terminal, STYLES[level], padTo(word(`level.${level}`), 7))
  if (level === 'ok') return `${mark} ${id}: ${found.split('\n')[0]}`
  const lines: (readonly [string, string | undefined])[] = [
    [word('finding.found'), found],
    [word('finding.wanted'), wanted],
    [word('finding.why'), why],
    [word('finding.fix'), fix],
  ]
  const body = lines.flatMap(([name, text]) => (text === undefined ? [] : [`${padTo(`${name}:`, 8)}${hung(text)}`]))
  return [`${mark} ${id}: ${title}: ${word(`so.${level}`)}`, ...body.map(line => `        ${line}`)].join('\n')
}

/** Further lines stand below the first. */
function hung(text: string): string {
  return text.replaceAll('\n', `\n${' '.repeat(16)}`)
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
