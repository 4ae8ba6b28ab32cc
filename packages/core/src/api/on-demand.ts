/**
 * OnDemand: public functions whose rooms are loaded when they are first asked for: whoever only sends has no use for them.
 *
 * Not here: what is told of a reply (classify-reply.ts), the advice for records (preflight/advice.ts).
 */
import type { Language } from '../language/languages.ts'
import type { Retell } from '../language/tell-in.ts'
import { shown, wrongValue } from '../model/wrong-value.ts'
import { check } from './arguments.ts'
import type { ClassifiedReply, ReplyRequest } from './classify-reply.ts'

/**
 * Says what a reply of a mail host means, as delivery would judge it.
 * @throws MailerError `invalid-address` for a host that is no name, `invalid-option` for what is no refusal
 */
export async function classifyReply(text: string, request: ReplyRequest = {}): Promise<ClassifiedReply> {
  return (await judge()).classifyReply(text, request)
}

/** Whether only the digits of the reply decided. */
export async function isUnmatched(rule: string): Promise<boolean> {
  return (await judge()).isUnmatched(rule)
}

/** A reply without code, status, addresses, names and numbers: what can be counted, and shown to others. */
export async function normaliseReply(reply: string): Promise<string> {
  return (await judge()).normaliseReply(reply)
}

function judge(): Promise<typeof import('./classify-reply.ts')> {
  return import('./classify-reply.ts')
}

/** `adviseSpf`, `adviseDmarc`, `adviseMtaSts` and `findSpfAdvice`: one place for what doctor, `dns`, `init` and a first start say. */
export function recordAdvice(): Promise<typeof import('../preflight/advice.ts')> {
  return import('../preflight/advice.ts')
}

/** `SERVICES`, `serviceHost`: those who send for others, which a route may name in place of a host (docs/providers.md). */
export function sendingServices(): Promise<typeof import('../provider/services.ts')> {
  return import('../provider/services.ts')
}

/** Whole lists of suppressed addresses, line by line: `suppressionReader`, `suppressionLine`, `SUPPRESSION_COLUMNS`. */
export function suppressionText(): Promise<typeof import('./suppression-text.ts')> {
  return import('./suppression-text.ts')
}

/** `readMessage`, `readHeaders`, `findLinks`, `readMarkup`: mail as its reader's program shows it. */
export function mailReader(): Promise<typeof import('./mail-reader.ts')> {
  return import('./mail-reader.ts')
}

/** `copyDatabase`, `holdCopy`, `holdDatabase`: for a program that keeps backups of a queue. */
export function queueCopies(): Promise<typeof import('../queue/copies.ts')> {
  return import('../queue/copies.ts')
}

/**
 * What `tell` gives, said in the language of one reader: what `explain` and `preflight` tell, and, by `retell`, a sentence that was kept or
 * thrown in English, such as a check of a fact or the message of an error. Facts and errors themselves stay English.
 * @throws MailerError `invalid-option`
 */
export async function tellIn<Told>(language: Language, tell: (retell: Retell) => Told | Promise<Told>): Promise<Told> {
  check(tell, 'function', 'tell')
  const { LANGUAGES } = await import('../language/languages.ts')
  if (!Object.keys(LANGUAGES).includes(language))
    throw wrongValue('invalid-option', {
      where: 'language',
      found: shown(language),
      wanted: `one of ${Object.keys(LANGUAGES).join(', ')}`,
    })
  return (await import('../language/tell-in.ts')).tellIn(language, tell)
}
