/**
 * Manual: postrider(1) in the macros of mdoc, made from the commands.
 */
import type { Flag, Place } from './tree.ts'

/** @param date as the manual shows it: `November 30, 2026` */
export function manual(places: readonly Place[], date: string): string {
  const [program, ...commands] = places
  if (program === undefined) return ''
  return `${[
    `.Dd ${date}`,
    '.Dt POSTRIDER 1',
    '.Os',
    '.Sh NAME',
    '.Nm postrider',
    `.Nd ${escaped(program.says.replace(/\.$/, '').toLowerCase())}`,
    '.Sh SYNOPSIS',
    '.Nm',
    '.Ar command',
    '.Op Ar options',
    '.Sh DESCRIPTION',
    'Every command has these flags:',
    ...flagList(program.flags),
    '.Sh COMMANDS',
    ...commands.flatMap(command => section(command, new Set(program.flags.map(({ form }) => form)))),
    '.Sh ENVIRONMENT',
    '.Bl -tag -width Ds',
    '.It Ev POSTRIDER_CONFIG',
    'The configuration file, in place of',
    '.Pa ./postrider.yaml .',
    '.It Ev NO_COLOR',
    'Nothing is coloured.',
    '.El',
    '.Sh EXIT STATUS',
    'As in',
    '.In sysexits.h :',
    '0 when all is well, 64 for a command that cannot be understood, 69 when mail was refused, 75 when it may go later, 78 for a',
    'configuration that is wrong; 1 when a check warned.',
    '.Sh SEE ALSO',
    '.Pa docs/configuration.md',
  ].join('\n')}\n`
}

function section({ path, says, args, flags, examples }: Place, common: ReadonlySet<string>): readonly string[] {
  return [
    `.Ss postrider ${path.join(' ')}${args.map(({ form }) => ` ${escaped(form)}`).join('')}`,
    escaped(says),
    ...flagList([...args, ...flags.filter(({ form }) => !common.has(form))]),
    ...(examples.length === 0 ? [] : ['.Pp', '.Bd -literal -offset indent', ...examples.map(escaped), '.Ed']),
  ]
}

function flagList(flags: readonly Pick<Flag, 'form' | 'says'>[]): readonly string[] {
  if (flags.length === 0) return []
  return ['.Bl -tag -width Ds', ...flags.flatMap(({ form, says }) => [`.It ${escaped(form)}`, escaped(says)]), '.El']
}

/** A backslash, a hyphen that is typed, and a dot or quote that begins a line mean something to roff. */
function escaped(text: string): string {
  return text
    .replaceAll('\\', '\\e')
    .replaceAll('-', '\\-')
    .replaceAll(/^(?=[.'])/gm, '\\&')
    .replaceAll('\n', ' ')
}
