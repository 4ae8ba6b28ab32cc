/**
 * Commands: what each command of a client does.
 *
 * Policy. EHLO is answered whatever name it gives, because forums give none, `localhost:8080` or the name of a browser's
 * request. A client that is not logged in is told so at MAIL. Order is demanded (RFC 5321 §4.1.4); HELP and VRFY give
 * nothing away.
 *
 * Not here: the flow of lines (conversation.ts), permission (policy.ts).
 */
import { parseAddress } from '@postrider/core'
import { parseRecipient, type Reply, refuse } from '../admission/index.ts'
import type { Body } from './body.ts'
import { type Command, parseCommand, parsePath } from './command.ts'
import type { Phase } from './phase.ts'
import {
  BYE,
  CANNOT_VERIFY,
  challenge,
  GO_AHEAD,
  HELP,
  OK,
  OK_RECIPIENT,
  OK_SENDER,
  printExtensions,
  START_TLS,
  WELCOME,
} from './reply.ts'
import { type Step, startLogin } from './sasl.ts'
import type { ListenerMode, Peer, SmtpPolicy, Soon } from './smtp-policy.ts'
import type { TlsContexts } from './tls.ts'
import { readMailParameters, readRcptParameters, type Transaction } from './transaction.ts'

/** What a command may do with the conversation it is said in. */
export interface CommandContext {
  readonly policy: SmtpPolicy
  readonly peer: Peer
  readonly phase: Phase
  readonly signal: AbortSignal
  readonly mode: ListenerMode
  /** The certificates that TLS may be begun with, if there are any. */
  readonly contexts: () => TlsContexts | undefined
  /** The client has said more than it was answered. */
  readonly hasInput: boolean
  /** Set: the next line belongs to a login. */
  loginStep: ((line: string) => Step) | undefined
  transaction: Transaction | undefined

  /** Adds to what is said next; a reply that closes is the last one. */
  say(reply: Reply): void
  sayRaw(text: string): void
  /** A refusal for something no client should say: it counts, and comes late when there were many. */
  mistake(reply: Reply): Soon<void>
  /** A line that no command begins. */
  unknownLine(): Soon<void>
  /** A command was understood. `false`: it must not be obeyed, and the conversation is over. */
  understood(verb: string): boolean
  identify(changes: Partial<Peer>): void
  enter(phase: Phase): void
  /** Drops the transaction, if there is one. */
  reset(): void
  nextTransactionId(): string
  /** What follows is content. */
  collect(body: Body): void
  /** TLS from here on; what was known of the client is forgotten. `false`: it failed, and all is over. */
  secure(): Promise<boolean>
  /** After `secure()`: reads on under TLS. */
  restart(): void
}

type Handler = (ctx: CommandContext, rest: string) => Soon<void>

const HANDLERS: ReadonlyMap<string, Handler> = new Map<string, Handler>([
  ['EHLO', (ctx, rest) => hello(ctx, rest, true)],
  ['HELO', (ctx, rest) => hello(ctx, rest, false)],
  ['STARTTLS', startTls],
  ['AUTH', auth],
  ['MAIL', mail],
  ['RCPT', rcpt],
  ['DATA', data],
  ['RSET', rset],
  ['NOOP', ctx => ctx.say(OK)],
  ['QUIT', ctx => ctx.say(BYE)],
  ['VRFY', ctx => ctx.say(CANNOT_VERIFY)],
  ['HELP', ctx => ctx.say(HELP)],
  ['EXPN', ctx => ctx.mistake(refuse('not-supported'))],
  ['BDAT', ctx => ctx.mistake(refuse('not-supported'))],
  ['ETRN', ctx => ctx.mistake(refuse('not-supported'))],
])

/** A browser that was told to speak to us: cross-protocol requests end at their first line. */
const HTTP_VERBS: ReadonlySet<string> = new Set([
  'GET',
  'POST',
  'PUT',
  'HEAD',
  'DELETE',
  'OPTIONS',
  'PATCH',
  'CONNECT',
  'TRACE',
])

/** Obeys one line. */
export function commandOf(ctx: CommandContext, line: string): Soon<void> {
  if (ctx.loginStep) {
    const next = ctx.loginStep
    ctx.loginStep = undefined
    return step(ctx, next(line))
  }
  const command: Command | undefined = parseCommand(line)
  if (command === undefined) return ctx.mistake(refuse('syntax'))
  const handler = HANDLERS.get(command.verb)
  if (handler === undefined) {
    return HTTP_VERBS.has(command.verb) ? ctx.say(refuse('not-http')) : ctx.unknownLine()
  }
  if (!ctx.understood(command.verb)) return
  return handler(ctx, command.rest)
}

function isSecure({ peer }: CommandContext): boolean {
  return peer.tls !== undefined
}

function canStartTls(ctx: CommandContext): boolean {
  return !isSecure(ctx) && ctx.mode.startTls && ctx.contexts() !== undefined
}

/** Login is allowed on this connection as it is. */
function mayLogIn(ctx: CommandContext): boolean {
  return isSecure(ctx) || ctx.mode.plainLogin
}

function hello(ctx: CommandContext, name: string, extended: boolean): void {
  ctx.reset()
  ctx.enter('ready')
  ctx.identify({ hello: name.slice(0, 255), extended })
  if (extended) ctx.sayRaw(printExtensions(ctx.policy.hostname, keywords(ctx)))
  else ctx.say({ code: 250, text: ctx.policy.hostname })
}

function keywords(ctx: CommandContext): readonly string[] {
  const login = mayLogIn(ctx) && ctx.peer.account === undefined && ctx.policy.methods.length > 0
  return [
    'PIPELINING',
    `SIZE ${ctx.policy.messageBytes}`,
    ...(canStartTls(ctx) ? ['STARTTLS'] : []),
    // One line, because phpBB and MyBB look for the methods in one (clients that need `AUTH=` are gone).
    ...(login ? [`AUTH ${ctx.policy.methods.join(' ')}`] : []),
    'ENHANCEDSTATUSCODES',
    '8BITMIME',
    'DSN',
    ...(isSecure(ctx) ? ['REQUIRETLS'] : []),
    'SMTPUTF8',
  ]
}

/** RFC 3207 §4 */
function startTls(ctx: CommandContext, rest: string): Soon<void> {
  if (rest !== '') return ctx.mistake(refuse('no-arguments'))
  if (isSecure(ctx)) return ctx.mistake(refuse('tls-active'))
  if (!canStartTls(ctx)) return ctx.mistake(refuse('not-supported'))
  // Sent before TLS by someone else, obeyed after it as if by the client: so nothing of it is obeyed.
  if (ctx.hasInput) return ctx.say({ ...refuse('tls-nothing-behind'), close: true })
  ctx.say(START_TLS)
  return ctx.secure().then(secured => {
    if (secured) ctx.restart()
  })
}

/** RFC 4954 §4 */
function auth(ctx: CommandContext, rest: string): Soon<void> {
  const [method = '', initial, ...more] = rest.split(/[ \t]+/)
  if (ctx.phase === 'new') return ctx.mistake(refuse('hello-first'))
  if (ctx.phase !== 'ready') return ctx.mistake(refuse('in-transaction'))
  if (ctx.peer.account) return ctx.mistake(refuse('login-done'))
  if (!mayLogIn(ctx)) return ctx.mistake(refuse('login-needs-tls'))
  if (more.length > 0) return ctx.mistake(refuse('syntax'))
  const name = method.toUpperCase()
  const first = ctx.policy.methods.includes(name) ? startLogin(name, initial) : undefined
  return first ? step(ctx, first) : ctx.mistake(refuse('login-unknown-method'))
}

function step(ctx: CommandContext, next: Step): Soon<void> {
  switch (next.kind) {
    case 'ask':
      ctx.loginStep = next.next
      return ctx.say(challenge(next.challenge))
    case 'aborted':
      return ctx.mistake(refuse('login-aborted'))
    case 'malformed':
      return ctx.mistake(refuse(next.refusal))
    case 'credential':
      ctx.enter('login')
      return ctx.policy.login(next.credential, ctx.peer, ctx.signal).then(answer => {
        // It may have left, or we may be stopping.
        if (ctx.phase === 'closed') return
        ctx.enter('ready')
        if ('code' in answer) return answer.code === 535 ? ctx.mistake(answer) : ctx.say(answer)
        ctx.identify({ account: answer })
        return ctx.say(WELCOME)
      })
    default:
      return next satisfies never
  }
}

function mail(ctx: CommandContext, rest: string): Soon<void> {
  if (ctx.phase === 'new') return ctx.mistake(refuse('hello-first'))
  if (ctx.phase !== 'ready') return ctx.mistake(refuse('in-transaction'))
  if (!ctx.peer.account && !ctx.peer.trusted && !ctx.policy.takesStrangers) {
    return ctx.mistake(refuse(mayLogIn(ctx) ? 'login-required' : 'login-after-tls'))
  }
  const command = parsePath(rest, 'FROM')
  if (command === undefined) return ctx.mistake(refuse('syntax', 'Syntax: MAIL FROM:<address>'))
  const sender = command.path === '' ? null : parseAddress(command.path)
  if (sender !== null && 'problem' in sender) {
    return ctx.say(refuse('sender-malformed', `The sender address is not valid: ${sender.problem}`))
  }
  const options = readMailParameters(command.parameters, {
    messageBytes: ctx.policy.messageBytes,
    secure: isSecure(ctx),
  })
  if ('code' in options) return ctx.say(options)
  return afterwards(ctx.policy.mail(sender, options, ctx.peer), refusal => {
    if (refusal) return ctx.say(refusal)
    ctx.enter('mail')
    ctx.transaction = { id: ctx.nextTransactionId(), sender, options, recipients: [] }
    ctx.say(OK_SENDER)
  })
}

function rcpt(ctx: CommandContext, rest: string): Soon<void> {
  const { transaction } = ctx
  if (transaction === undefined) return ctx.mistake(refuse('mail-first'))
  const command = parsePath(rest, 'TO')
  if (command === undefined) return ctx.mistake(refuse('syntax', 'Syntax: RCPT TO:<address>'))
  const address = parseRecipient(command.path, ctx.policy.hostname)
  if ('problem' in address) {
    return ctx.say(refuse('recipient-malformed', `The recipient address is not valid: ${address.problem}`))
  }
  const options = readRcptParameters(command.parameters)
  if ('code' in options) return ctx.say(options)
  const recipient = { address, ...options }
  return afterwards(ctx.policy.rcpt(recipient, transaction, ctx.peer), refusal => {
    if (refusal) return refusal.isMistake ? ctx.mistake(refusal) : ctx.say(refusal)
    transaction.recipients.push(recipient)
    ctx.enter('rcpt')
    ctx.say(OK_RECIPIENT)
  })
}

function data(ctx: CommandContext, rest: string): Soon<void> {
  const { transaction } = ctx
  if (rest !== '') return ctx.mistake(refuse('no-arguments'))
  if (transaction === undefined) return ctx.mistake(refuse('mail-first'))
  if (ctx.phase !== 'rcpt') return ctx.mistake(refuse('rcpt-first'))
  // RFC 2920 §3.1: DATA is the last of its group, because what follows 354 is no command.
  if (ctx.hasInput) return ctx.say(refuse('data-too-soon'))
  const body = ctx.policy.body(transaction, ctx.peer)
  if ('code' in body) {
    ctx.reset()
    return ctx.say(body)
  }
  ctx.collect(body)
  ctx.say(GO_AHEAD)
}

function rset(ctx: CommandContext): void {
  ctx.reset()
  ctx.say(OK)
}

function afterwards(answer: Soon<Reply | undefined>, act: (refusal: Reply | undefined) => Soon<void>): Soon<void> {
  return answer instanceof Promise ? answer.then(act) : act(answer)
}
