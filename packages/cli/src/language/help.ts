/**
 * Help: what `--help` says of each command, argument and flag. English stands beside the flag that it describes; its key is the
 * path of the command, with the form of the argument or flag after it: `suppressions list`, `suppressions list --limit <n>`; or that
 * form alone, where it says the same of several commands.
 */
import { inLanguage } from '@postrider/core/language'

/** Stands for the subject where it is translated. */
export const HELP = { help: 'by path' } as const

/** @param path of commands, from the first below the program */
export function helpText(path: readonly string[], english: string, form?: string): string {
  const everywhere = form === undefined ? english : inLanguage(HELP, form, english)
  return inLanguage(HELP, helpKey(path, form), everywhere)
}

export function helpKey(path: readonly string[], form?: string): string {
  return [...path, ...(form === undefined ? [] : [form])].join(' ')
}
