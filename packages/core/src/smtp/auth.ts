/**
 * Auth: the login at a smarthost. RFC 4954, RFC 4616 (PLAIN), and LOGIN and XOAUTH2 as the large providers speak them.
 *
 * Policy. A password never crosses an unencrypted wire, except where the operator has configured the level `none` for it.
 * `auto` takes PLAIN, then LOGIN; XOAUTH2 only when asked for, because its secret is a token and not a password.
 *
 * Not here: where passwords come from (config/).
 */
import type { Reply } from '../model/reply.ts'
import type { Login } from '../model/route.ts'
import { auth, authAnswer } from './command.ts'
import { lost, refused } from './errors.ts'
import type { Wire } from './wire.ts'

type Mechanism = 'PLAIN' | 'LOGIN' | 'XOAUTH2'

export interface LogInOptions {
  readonly login: Login
  /** What the server offers, upper case. */
  readonly offered: readonly string[]
  /** The wire is encrypted, or the operator said that it need not be. */
  readonly wireIsSafe: boolean
  readonly authMs: number
}

/** @throws SmtpError of stage `auth` */
export async function logIn(wire: Wire, { login, offered, wireIsSafe, authMs }: LogInOptions): Promise<void> {
  if (!wireIsSafe) throw lost('auth', 'auth-missing', 'a password is not sent over an unencrypted connection')
  const mechanism = choose(login.method ?? 'auto', offered)
  if (mechanism === undefined) {
    const theirs = offered.length === 0 ? 'no login' : offered.join(' ')
    throw lost('auth', 'auth-missing', `the server offers ${theirs}; ${login.method ?? 'auto'} is configured`)
  }
  const reply = await exchange(wire, mechanism, login, authMs)
  if (reply.code === 235) return
  if (reply.code >= 400) throw refused('auth', reply)
  throw lost('auth', 'protocol-error', `the server answered AUTH with ${reply.code}`)
}

function choose(method: NonNullable<Login['method']>, offered: readonly string[]): Mechanism | undefined {
  const wanted: readonly Mechanism[] = method === 'auto' ? ['PLAIN', 'LOGIN'] : [method.toUpperCase() as Mechanism]
  return wanted.find(mechanism => offered.includes(mechanism))
}

async function exchange(wire: Wire, mechanism: Mechanism, login: Login, authMs: number): Promise<Reply> {
  const say = (text: string): Promise<Reply> => {
    wire.send(text)
    return wire.reply('auth', authMs)
  }
  switch (mechanism) {
    case 'PLAIN':
      return say(auth('PLAIN', `\0${login.user}\0${login.password}`))
    case 'LOGIN': {
      const user = await say(auth('LOGIN'))
      if (user.code !== 334) return user
      const password = await say(authAnswer(login.user))
      return password.code === 334 ? say(authAnswer(login.password)) : password
    }
    case 'XOAUTH2': {
      const reply = await say(auth('XOAUTH2', `user=${login.user}\x01auth=Bearer ${login.password}\x01\x01`))
      // A 334 here carries the error; an empty answer asks for the final reply.
      return reply.code === 334 ? say(authAnswer('')) : reply
    }
    default:
      return mechanism satisfies never
  }
}
