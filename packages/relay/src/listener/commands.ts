/**
 * Commands: what each command of a client does.
 *
 * Policy. EHLO is answered whatever name it gives, because forums give none, `localhost:8080` or the name of a browser's
 * request. A client that is not logged in is told so at MAIL. Order is demanded (RFC 5321 §4.1.4); HELP and VRFY give
 * nothing away.
 *
 * Not here: the flow of lines (conversation.ts), permission (desk.ts).
 */
import { parseAddress } from '@postrider/core'
import { parseRecipient, type Reply, refuse } from '../admission/index.ts'
import { type Command, parseCommand, parsePath } from './command.ts'
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
import type { Soon } from './smtp-policy.ts'
import type { Talk } from './talk.ts'
import { readMailParameters, readRcptParameters } from './transaction.ts'

type Handler = (it: Talk, rest: string) => Soon<void>

const HANDLERS: ReadonlyMap<string, Handler> = new Map<string, Handler>([
  ['EHLO', (it, rest) => hello(it, rest, true)],
  ['HELO', (it, rest) => hello(it, rest, false)],
  ['STARTTLS', startTls],
  ['AUTH', auth],
  ['MAIL', mail],
  ['RCPT', rcpt],
  ['DATA', data],
  ['RSET', rset],
  ['NOOP', it => it.say(OK)],
  ['QUIT', it => it.say(BYE)],
  ['VRFY', it => it.say(CANNOT_VERIFY)],
  ['HELP', it => it.say(HELP)],
  ['EXPN', it => it.mistake(refuse('not-supported'))],
  ['BDAT', it => it.mistake(refuse('not-supported'))],
  ['ETRN', it => it.mistake(refuse('not-supported'))],
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
export function commandOf(it: Talk, line: string): Soon<void> {
  if (it.loginStep) {
    const next = it.loginStep
    it.loginStep = undefined
    return step(it, next(line))
  }
  const command: Command | undefined = parseCommand(line)
  if (command === undefined) return it.mistake(refuse('syntax'))
  const handler = HANDLERS.get(command.verb)
  if (handler === undefined) {
    return HTTP_VERBS.has(command.verb) ? it.say(refuse('not-http')) : it.unknownLine()
  }
  if (!it.understood(command.verb)) return
  return handler(it, command.rest)
}

function hello(it: Talk, name: string, extended: boolean): void {
  it.reset()
  it.enter('ready')
  it.identify({ hello: name.slice(0, 255), extended })
  if (extended) it.sayRaw(printExtensions(it.desk.hostname, keywords(it)))
  else it.say({ code: 250, text: it.desk.hostname })
}

function keywords(it: Talk): readonly string[] {
  const login = it.mayLogIn && it.peer.account === undefined && it.desk.methods.length > 0
  return [
    'PIPELINING',
    `SIZE ${it.desk.messageBytes}`,
    ...(it.canStartTls ? ['STARTTLS'] : []),
    // One line, because phpBB and MyBB look for the methods in one (clients that need `AUTH=` are gone).
    ...(login ? [`AUTH ${it.desk.methods.join(' ')}`] : []),
    'ENHANCEDSTATUSCODES',
    '8BITMIME',
    'DSN',
    ...(it.isSecure ? ['REQUIRETLS'] : []),
    'SMTPUTF8',
  ]
}

/** RFC 3207 §4 */
function startTls(it: Talk, rest: string): Soon<void> {
  if (rest !== '') return it.mistake(refuse('no-arguments'))
  if (it.isSecure) return it.mistake(refuse('tls-active'))
  if (!it.canStartTls) return it.mistake(refuse('not-supported'))
  // Sent before TLS by someone else, obeyed after it as if by the client: so nothing of it is obeyed.
  if (it.hasInput) return it.say({ ...refuse('tls-nothing-behind'), close: true })
  it.say(START_TLS)
  return it.secure().then(secured => {
    if (secured) it.restart()
  })
}

/** RFC 4954 §4 */
function auth(it: Talk, rest: string): Soon<void> {
  const [method = '', initial, ...more] = rest.split(/[ \t]+/)
  if (it.phase === 'new') return it.mistake(refuse('hello-first'))
  if (it.phase !== 'ready') return it.mistake(refuse('in-transaction'))
  if (it.peer.account) return it.mistake(refuse('login-done'))
  if (!it.mayLogIn) return it.mistake(refuse('login-needs-tls'))
  if (more.length > 0) return it.mistake(refuse('syntax'))
  const name = method.toUpperCase()
  const first = it.desk.methods.includes(name) ? startLogin(name, initial) : undefined
  return first ? step(it, first) : it.mistake(refuse('login-unknown-method'))
}

function step(it: Talk, next: Step): Soon<void> {
  switch (next.kind) {
    case 'ask':
      it.loginStep = next.next
      return it.say(challenge(next.challenge))
    case 'aborted':
      return it.mistake(refuse('login-aborted'))
    case 'malformed':
      return it.mistake(refuse(next.refusal))
    case 'credential':
      it.enter('login')
      return it.desk.login(next.credential, it.peer, it.signal).then(answer => {
        // It may have left, or we may be stopping.
        if (it.phase === 'closed') return
        it.enter('ready')
        if ('code' in answer) return answer.code === 535 ? it.mistake(answer) : it.say(answer)
        it.identify({ account: answer })
        return it.say(WELCOME)
      })
    default:
      return next satisfies never
  }
}

function mail(it: Talk, rest: string): Soon<void> {
  if (it.phase === 'new') return it.mistake(refuse('hello-first'))
  if (it.phase !== 'ready') return it.mistake(refuse('in-transaction'))
  if (!it.peer.account && !it.peer.trusted) {
    return it.mistake(refuse(it.mayLogIn ? 'login-required' : 'login-after-tls'))
  }
  const command = parsePath(rest, 'FROM')
  if (command === undefined) return it.mistake(refuse('syntax', 'Syntax: MAIL FROM:<address>'))
  const sender = command.path === '' ? null : parseAddress(command.path)
  if (sender !== null && 'problem' in sender) {
    return it.say(refuse('sender-malformed', `The sender address is not valid: ${sender.problem}`))
  }
  const options = readMailParameters(command.parameters, { messageBytes: it.desk.messageBytes, secure: it.isSecure })
  if ('code' in options) return it.say(options)
  return afterwards(it.desk.mail(sender, options, it.peer), refusal => {
    if (refusal) return it.say(refusal)
    it.enter('mail')
    it.transaction = { id: it.nextTransactionId(), sender, options, recipients: [] }
    it.say(OK_SENDER)
  })
}

function rcpt(it: Talk, rest: string): Soon<void> {
  const { transaction } = it
  if (transaction === undefined) return it.mistake(refuse('mail-first'))
  const command = parsePath(rest, 'TO')
  if (command === undefined) return it.mistake(refuse('syntax', 'Syntax: RCPT TO:<address>'))
  const address = parseRecipient(command.path, it.desk.hostname)
  if ('problem' in address) {
    return it.say(refuse('recipient-malformed', `The recipient address is not valid: ${address.problem}`))
  }
  const options = readRcptParameters(command.parameters)
  if ('code' in options) return it.say(options)
  const recipient = { address, ...options }
  return afterwards(it.desk.rcpt(recipient, transaction, it.peer), refusal => {
    if (refusal) return it.say(refusal)
    transaction.recipients.push(recipient)
    it.enter('rcpt')
    it.say(OK_RECIPIENT)
  })
}

function data(it: Talk, rest: string): Soon<void> {
  const { transaction } = it
  if (rest !== '') return it.mistake(refuse('no-arguments'))
  if (transaction === undefined) return it.mistake(refuse('mail-first'))
  if (it.phase !== 'rcpt') return it.mistake(refuse('rcpt-first'))
  // RFC 2920 §3.1: DATA is the last of its group, because what follows 354 is no command.
  if (it.hasInput) return it.say(refuse('data-too-soon'))
  const body = it.desk.body(transaction, it.peer)
  if ('code' in body) {
    it.reset()
    return it.say(body)
  }
  it.collect(body)
  it.say(GO_AHEAD)
}

function rset(it: Talk): void {
  it.reset()
  it.say(OK)
}

function afterwards(answer: Soon<Reply | undefined>, act: (refusal: Reply | undefined) => void): Soon<void> {
  return answer instanceof Promise ? answer.then(act) : act(answer)
}
