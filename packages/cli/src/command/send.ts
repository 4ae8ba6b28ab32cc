/**
 * send: one message from flags, from a file, or from standard input.
 *
 * Policy. The message is on disk before anything is said. Without --wait the first attempt is finished and its result
 * told; with --wait the command stays until every recipient is delivered or given up.
 */
import { readFile } from 'node:fs/promises'
import { basename, resolve } from 'node:path'
import type { Draft, Mailer, Outcome, Receipt, SendOptions } from '@postrider/core'
import { duration, EXIT, type ExitCode, startProgress, writeJson } from '../terminal/index.ts'
import { type Command, type Context, type Input, listFlag, textFlag, UsageError } from './command.ts'
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
    { form: '--text <text>', says: 'the plain text; - reads standard input' },
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
    'date | postrider send -f cron@example.com -t root@example.com -s "The time" --text -',
  ],
  run,
}

async function run(input: Input, context: Context, signal: AbortSignal): Promise<ExitCode> {
  const to = [...input.args, ...listFlag(input, 'to')]
  if (to.length + listFlag(input, 'cc').length + listFlag(input, 'bcc').length === 0) {
    throw new UsageError('no recipient: name one, as in `postrider send --from me@example.com you@gmail.com`')
  }
  const mailer = await openMailer(input, context, 'deliver')
  try {
    const receipt = await submit(mailer, to, input, context, signal)
    report(receipt, context)
    return input.flags.wait === true
      ? await follow(mailer, receipt, context, signal)
      : await firstAttempt(mailer, receipt, context)
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
    throw new UsageError(`--priority: found "${priority}", wanted high, normal or low`)
  }
  const minutes = expires === undefined ? undefined : Number(expires)
  if (minutes !== undefined && !(minutes > 0))
    throw new UsageError(`--expires: found "${expires}", wanted a number of minutes`)
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
  if (from === undefined) throw new UsageError('--eml needs --from (or --return-path) for the envelope')
  const raw = eml === '-' ? await readAll(context) : await readFile(resolve(context.cwd, eml))
  return mailer.accept(raw, { from, to: recipients, requireTls: input.flags.requireTls === true }, options)
}

async function draftFrom(to: readonly string[], input: Input, context: Context): Promise<Draft> {
  const from = textFlag(input, 'from')
  if (from === undefined)
    throw new UsageError('no sender: give --from, an address of a domain that you publish DNS records for')
  const replyTo = textFlag(input, 'replyTo')
  const returnPath = textFlag(input, 'returnPath')
  const html = await words(textFlag(input, 'html'), context)
  const text = await words(textFlag(input, 'text'), context)
  const attachments = await Promise.all(
    listFlag(input, 'attach').map(async file => ({
      filename: basename(file),
      content: await readFile(resolve(context.cwd, file)),
    })),
  )
  return {
    from,
    to,
    cc: listFlag(input, 'cc'),
    bcc: listFlag(input, 'bcc'),
    subject: textFlag(input, 'subject') ?? 'Test message',
    ...(replyTo === undefined ? {} : { replyTo }),
    ...(returnPath === undefined ? {} : { returnPath }),
    ...(html === undefined ? {} : { html }),
    ...(text === undefined && html !== undefined
      ? {}
      : { text: text ?? 'This is a test message sent with postrider.\n' }),
    ...(attachments.length === 0 ? {} : { attachments }),
    headers: headersFrom(listFlag(input, 'header')),
    requireTls: input.flags.requireTls === true,
  }
}

function headersFrom(lines: readonly string[]): Record<string, string> {
  const headers: Record<string, string> = {}
  for (const line of lines) {
    const colon = line.indexOf(':')
    if (colon < 1) throw new UsageError(`--header: found "${line}", wanted "Name: value"`)
    headers[line.slice(0, colon).trim()] = line.slice(colon + 1).trim()
  }
  return headers
}

async function words(flag: string | undefined, context: Context): Promise<string | undefined> {
  return flag === '-' ? (await readAll(context)).toString('utf8') : flag
}

async function readAll(context: Context): Promise<Buffer> {
  const parts: Uint8Array[] = []
  for await (const part of context.stdin) parts.push(part)
  return Buffer.concat(parts)
}

function report(receipt: Receipt, context: Context): void {
  const { id, messageId, recipients, clearance, duplicate } = receipt
  if (context.json) {
    writeJson(context.out, { event: 'queued', id, messageId, recipients, clearance, duplicate })
    return
  }
  context.out.write(`queued ${id}${duplicate ? ' (this key was sent before)' : ''}\n`)
  for (const check of clearance.checks) {
    if (check.level !== 'warn' && check.level !== 'fail') continue
    context.err.write(`${check.level}: ${check.id}: found ${check.found}; wanted ${check.wanted}\n`)
    if (check.fix !== undefined) context.err.write(`  fix: ${check.fix}\n`)
  }
}

async function follow(mailer: Mailer, receipt: Receipt, context: Context, signal: AbortSignal): Promise<ExitCode> {
  const progress = await startProgress(
    context.json ? { interactive: false, write: () => {} } : context.out,
    `delivering to ${receipt.recipients.join(', ')}`,
  )
  const stop = mailer.on('*', fact => {
    if (!('messageId' in fact) || fact.messageId !== receipt.id) return
    if (context.json) writeJson(context.out, { event: fact.kind, ...fact })
    else if (fact.kind === 'routed') progress.update(`to ${fact.domain} by ${fact.hosts[0] ?? fact.site}`)
    else if (fact.kind === 'deferred') {
      progress.update(
        `${fact.recipient}: ${fact.reply ?? fact.detail}; next attempt in ${duration(fact.nextAttemptAt - context.now())}`,
      )
    }
  })
  try {
    const outcome = await receipt.settled({ signal })
    if (context.json) writeJson(context.out, { event: 'settled', ...outcome })
    progress.done(outcomeLines(outcome), outcome.delivered ? 'well' : 'badly')
    return exitCodeOf(outcome)
  } finally {
    stop()
  }
}

async function firstAttempt(mailer: Mailer, receipt: Receipt, context: Context): Promise<ExitCode> {
  await mailer.idle()
  const { lines, entry } = await mailer.explain(receipt.id)
  if (context.json) writeJson(context.out, { event: 'attempted', ...entry })
  else
    context.out.write(
      `${lines
        .slice(1)
        .map(line => line.text)
        .join('\n')}\n`,
    )
  const states = new Set(entry.recipients.map(recipient => recipient.state))
  if (states.has('bounced') || states.has('expired')) return EXIT.unavailable
  return states.size === 1 && states.has('delivered') ? EXIT.ok : EXIT.tempFail
}

function outcomeLines(outcome: Outcome): string {
  return outcome.recipients
    .map(({ address, state, host, reply, detail, tls }) => {
      const by =
        host === undefined ? '' : ` by ${host}${tls === undefined ? ' in plain text' : ` over ${tls.protocol}`}`
      return `${address}: ${state}${by}${reply === undefined && detail === undefined ? '' : `: ${reply ?? detail}`}`
    })
    .join('\n')
}

function exitCodeOf(outcome: Outcome): ExitCode {
  if (outcome.delivered) return EXIT.ok
  const codes = new Set(outcome.recipients.map(recipient => recipient.code))
  if (codes.has('no-such-domain') || codes.has('null-mx') || codes.has('no-mail-host')) return EXIT.noHost
  if (codes.has('user-unknown')) return EXIT.noUser
  return EXIT.unavailable
}
