/**
 * send: one message from flags, from a file, or from standard input.
 *
 * Policy. The message is on disk before anything is said. Without --wait the first attempt is finished and its result
 * told; with --wait the command stays until every recipient is delivered or given up. What is piped in is the text, unless the
 * flags say where the text is; only where neither text nor subject nor file is given is it a test message.
 *
 * Not here: what is told while it waits (send-progress.ts).
 */

import { readFile } from 'node:fs/promises'
import { basename, resolve } from 'node:path'
import type { Draft, Mailer, Receipt, SendOptions } from '@postrider/core'
import { say } from '../language/commands.ts'
import type { ExitCode } from '../terminal/index.ts'
import { type Command, type Context, type Input, listFlag, textFlag, UsageError } from './command.ts'
import { askOfTypos } from './domain-typo.ts'
import { openMailer } from './mailer.ts'

export const send: Command = {
  name: 'send',
  summary: 'Send one message from flags, a file or standard input.',
  args: [{ form: '[recipient...]', says: 'addresses to send to, as --to' }],
  flags: [
    { form: '-f, --from <address>', says: 'the author; also the reverse-path unless --return-path is given' },
    { form: '-t, --to <address...>', says: 'recipients' },
    { form: '--cc <address...>', says: 'recipients of a copy' },
    { form: '--bcc <address...>', says: 'recipients that no header names' },
    { form: '--reply-to <address>', says: 'where answers go' },
    { form: '-s, --subject <text>', says: 'the subject (default: "Test message")' },
    { form: '--text <text>', says: 'the plain text; - reads standard input, as does a pipe without this flag' },
    { form: '--html <text>', says: 'the html text; - reads standard input' },
    { form: '-a, --attach <file...>', says: 'files to attach' },
    { form: '-H, --header <line...>', says: 'further headers, as "Name: value"' },
    { form: '--eml <file>', says: 'a ready RFC 5322 message instead; - reads standard input' },
    { form: '--return-path <address>', says: 'the envelope reverse-path' },
    { form: '--priority <level>', says: 'high, normal or low' },
    { form: '--key <text>', says: 'idempotency key: the same key twice is one message' },
    { form: '--expires <minutes>', says: 'give up after so many minutes' },
    { form: '--require-tls', says: 'verified TLS on every hop, or not at all (RFC 8689)' },
    { form: '-w, --wait', says: 'stay until every recipient is delivered or given up' },
  ],
  examples: [
    'postrider send --from me@example.com you@gmail.com --wait',
    'postrider send -f me@example.com -t you@example.net -s Hello --text "How are you?" -a report.pdf',
    'postrider send --eml message.eml -f bounces@example.com -t you@example.net --json',
    'df -h | postrider send -f cron@example.com -t root@example.com -s "The disks"',
  ],
  run,
}

async function run(input: Input, context: Context, signal: AbortSignal): Promise<ExitCode> {
  const to = [...input.args, ...listFlag(input, 'to')]
  if (to.length + listFlag(input, 'cc').length + listFlag(input, 'bcc').length === 0) {
    throw new UsageError(say('usage.no-recipient'))
  }
  const { firstAttempt, report, waitForAll } = await import('./send-progress.ts')
  const mailer = await openMailer(input, context, 'deliver')
  try {
    const after = await mailer.newestFact()
    askOfTypos(to, context)
    const receipt = await submit(mailer, to, input, context, signal)
    report(receipt, context)
    return input.flags.wait === true
      ? await waitForAll(mailer, receipt, { after, context, signal })
      : await firstAttempt(mailer, receipt, { context, signal })
  } finally {
    await mailer.close({ withinMs: 30_000 })
  }
}

async function submit(
  mailer: Mailer,
  to: readonly string[],
  input: Input,
  context: Context,
  signal: AbortSignal,
): Promise<Receipt> {
  const expires = textFlag(input, 'expires')
  const priority = textFlag(input, 'priority')
  if (priority !== undefined && priority !== 'high' && priority !== 'normal' && priority !== 'low') {
    throw new UsageError(say('usage.priority', { priority }))
  }
  const minutes = expires === undefined ? undefined : Number(expires)
  if (minutes !== undefined && !(minutes > 0)) throw new UsageError(say('usage.expires', { expires: expires ?? '' }))
  const key = textFlag(input, 'key')
  const options: SendOptions = {
    signal,
    ...(priority === undefined ? {} : { priority }),
    ...(minutes === undefined ? {} : { expiresAt: context.now() + minutes * 60_000 }),
    ...(key === undefined ? {} : { idempotencyKey: key }),
  }
  const eml = textFlag(input, 'eml')
  if (eml === undefined) return mailer.send(await draftFrom(to, input, context), options)
  const recipients = [...to, ...listFlag(input, 'cc'), ...listFlag(input, 'bcc')]
  const from = textFlag(input, 'returnPath') ?? textFlag(input, 'from')
  if (from === undefined) throw new UsageError(say('usage.eml-from'))
  const raw = eml === '-' ? await readAll(context) : await readFile(resolve(context.cwd, eml))
  return mailer.accept(raw, { from, to: recipients, requireTls: input.flags.requireTls === true }, options)
}

async function draftFrom(to: readonly string[], input: Input, context: Context): Promise<Draft> {
  const from = textFlag(input, 'from')
  if (from === undefined) throw new UsageError(say('usage.no-sender'))
  const replyTo = textFlag(input, 'replyTo')
  const returnPath = textFlag(input, 'returnPath')
  const subject = textFlag(input, 'subject')
  const html = await words(textFlag(input, 'html'), context)
  const given = await words(textFlag(input, 'text'), context)
  const attachments = await Promise.all(
    listFlag(input, 'attach').map(async file => ({
      filename: basename(file),
      content: await readFile(resolve(context.cwd, file)),
    })),
  )
  const text = given ?? (html === undefined ? await textWithoutFlags(context) : undefined)
  const isTest = text === '' && subject === undefined && attachments.length === 0
  return {
    from,
    to,
    cc: listFlag(input, 'cc'),
    bcc: listFlag(input, 'bcc'),
    subject: subject ?? 'Test message',
    ...(replyTo === undefined ? {} : { replyTo }),
    ...(returnPath === undefined ? {} : { returnPath }),
    ...(html === undefined ? {} : { html }),
    ...(text === undefined ? {} : { text: isTest ? `${say('send.test-message')}\n` : text }),
    ...(attachments.length === 0 ? {} : { attachments }),
    headers: headersFrom(listFlag(input, 'header')),
    requireTls: input.flags.requireTls === true,
  }
}

function headersFrom(lines: readonly string[]): Record<string, string> {
  const headers: Record<string, string> = {}
  for (const line of lines) {
    const colon = line.indexOf(':')
    if (colon < 1) throw new UsageError(say('usage.header', { line }))
    headers[line.slice(0, colon).trim()] = line.slice(colon + 1).trim()
  }
  return headers
}

/** What is piped in. A person at a terminal is not waited for. */
async function textWithoutFlags(context: Context): Promise<string> {
  return context.stdin.isTTY === true ? '' : (await readAll(context)).toString('utf8')
}

async function words(flag: string | undefined, context: Context): Promise<string | undefined> {
  return flag === '-' ? (await readAll(context)).toString('utf8') : flag
}

async function readAll(context: Context): Promise<Buffer> {
  const parts: Uint8Array[] = []
  for await (const part of context.stdin) parts.push(part)
  return Buffer.concat(parts)
}
