/**
 * user: the accounts that may log in to the relay, and the people who may log in to its web interface.
 *
 * Policy. A password comes from a prompt, from standard input or from a generator, never from the command line, where other
 * users of the machine can read it. A running relay sees the change at the next login.
 *
 * Not here: what is done for the people (interface-users.ts), accounts in the configuration (relay.accounts), what an account may send
 * (the relay's admission).
 */

import type { AccountRecord, EditableAccountStore, User } from '@postrider/relay'
import { say } from '../language/commands.ts'
import { columns, word } from '../language/words.ts'
import { askSecret, EXIT, type ExitCode, table, writeJson } from '../terminal/index.ts'
import { type Command, type Context, type Flag, type Input, Interrupted, listFlag, UsageError } from './command.ts'
import { mailboxFlag, wholeNumberFlag } from './flag-values.ts'
import { readOptions } from './mailer.ts'

const NAME = { form: '<name>', says: 'what is typed as user name' }
const PASSWORD: readonly Flag[] = [
  { form: '--generate', says: 'make a password and print it' },
  { form: '--stdin', says: 'read the password from standard input' },
]
const ACCOUNT: readonly Flag[] = [
  { form: '--sender <pattern...>', says: 'what it may send as: name@domain, *@domain, *@*.domain or *' },
  { form: '--rewrite-from <address>', says: 'takes the place of a From it may not use' },
  { form: '--per-hour <n>', says: 'messages in an hour' },
  { form: '--per-day <n>', says: 'messages in a day' },
]

const INTERFACE: readonly Flag[] = [
  { form: '--role <role>', says: 'somebody who logs in to the web interface: see, operate or admin' },
  { form: '--content', says: '… and may read what messages say' },
]
const OF_ACCOUNTS = ['sender', 'rewriteFrom', 'perHour', 'perDay', 'generate', 'stdin'] as const

export const user: Command = {
  name: 'user',
  summary: 'Add, list, change or remove accounts of the relay, and users of its web interface.',
  examples: [
    'postrider user add forum --generate --sender "*@example.com"',
    'postrider user add anna --role admin',
    'postrider user list',
    'postrider user passwd forum',
    'postrider user reset anna',
    'postrider user remove forum',
  ],
  subcommands: [
    {
      name: 'add',
      summary: 'Add an account, or with --role a user of the web interface, who gets a link.',
      args: [NAME],
      flags: [...ACCOUNT, ...PASSWORD, ...INTERFACE],
      examples: [
        'postrider user add anna --role operate',
        'postrider user add forum --generate --sender "*@example.com"',
        'postrider user add shop --stdin < password',
      ],
      run: add,
    },
    { name: 'list', summary: 'One line for each account and each user.', examples: ['postrider user list'], run: list },
    {
      name: 'passwd',
      summary: 'Give an account another password.',
      args: [NAME],
      flags: PASSWORD,
      examples: ['postrider user passwd forum', 'postrider user passwd forum --generate'],
      run: passwd,
    },
    {
      name: 'reset',
      summary: 'Let a user of the web interface in again: the password and all sessions end, and a link is printed.',
      args: [NAME],
      examples: ['postrider user reset anna'],
      run: reset,
    },
    {
      name: 'change',
      summary: 'Change what an account or a user may do.',
      args: [NAME],
      flags: [...ACCOUNT, ...INTERFACE, { form: '--no-content', says: 'may not read what messages say' }],
      examples: [
        'postrider user change forum --per-day 1000',
        'postrider user change forum --sender forum@example.com',
      ],
      run: change,
    },
    {
      name: 'remove',
      summary: 'Remove an account, or a user of the web interface.',
      args: [NAME],
      examples: ['postrider user remove forum'],
      run: remove,
    },
    {
      name: 'hash',
      summary: 'Print the hash of a password, for relay.accounts.',
      flags: PASSWORD,
      examples: ['postrider user hash', 'postrider user hash --generate'],
      run: hash,
    },
  ],
}

async function add(input: Input, context: Context): Promise<ExitCode> {
  const { addUser, isUser } = await import('./interface-users.ts')
  if (isAboutInterface(input)) return addUser(input, context)
  const name = input.args[0] ?? ''
  if (await isUser(input, context)) return complain(context, say('user.exists-in-interface', { name }))
  const changes = await accountFrom(input)
  const { secretHash, generated } = await newSecret(input, context)
  return withStore(input, context, async store => {
    const added = await store.add({ name, senders: [], ...changes, secretHash })
    if (!added) return complain(context, say('user.exists', { name }))
    return tell(context, { added: name, ...(generated === undefined ? {} : { password: generated }) })
  })
}

async function list(input: Input, context: Context): Promise<ExitCode> {
  const { listUsers } = await import('./interface-users.ts')
  const config = await readOptions(input, context)
  const configured = config.relay.accounts.map(({ name, senders }) => ({
    name,
    senders: senders ?? [],
    kept: 'config',
  }))
  const { placesOf } = await import('@postrider/relay')
  const kept = placesOf(config).accountsFile === undefined ? 'database' : 'accounts file'
  return withStore(input, context, async store => {
    const stored = (await store.list()).map(({ name, senders }) => ({ name, senders, kept }))
    const all = [...stored, ...configured]
    const people = await listUsers(input, context)
    if (context.json) for (const each of [...all, ...people.map(shownUser)]) writeJson(context.out, each)
    else if (all.length + people.length === 0) context.out.write(`${say('user.no-accounts')}\n`)
    else {
      const rows = all.map(({ name, senders, kept }) => [name, kept, senders.join(' ') || say('user.any-sender')])
      if (rows.length > 0) context.out.write(`${table(columns('name', 'kept-in', 'may-send-as'), rows)}\n`)
      const users = people.map(({ name, role, content }) => [name, role, word(content ? 'yes' : 'no')])
      if (users.length > 0) context.out.write(`${table(columns('in-interface', 'role', 'may-read'), users)}\n`)
    }
    return EXIT.ok
  })
}

async function passwd(input: Input, context: Context): Promise<ExitCode> {
  const name = input.args[0] ?? ''
  const { secretHash, generated } = await newSecret(input, context)
  return withStore(input, context, async store => {
    if (!(await store.change(name, { secretHash }))) return unknown(context, name)
    return tell(context, { changed: name, ...(generated === undefined ? {} : { password: generated }) })
  })
}

async function change(input: Input, context: Context): Promise<ExitCode> {
  if (isAboutInterface(input)) return (await import('./interface-users.ts')).changeUser(input, context)
  const name = input.args[0] ?? ''
  const changes = await accountFrom(input)
  if (Object.keys(changes).length === 0) throw new UsageError(say('usage.nothing-to-change'))
  return withStore(input, context, async store =>
    (await store.change(name, changes)) ? tell(context, { changed: name }) : unknown(context, name),
  )
}

async function reset(input: Input, context: Context): Promise<ExitCode> {
  return (await import('./interface-users.ts')).resetUser(input, context)
}

async function remove(input: Input, context: Context): Promise<ExitCode> {
  const name = input.args[0] ?? ''
  const { removeUser } = await import('./interface-users.ts')
  const { endAccess } = await import('@postrider/relay')
  return withStore(input, context, async store => {
    const account = await store.find(name)
    // First, so that whoever has the name next gets nothing of it, whatever happens in between.
    if (account !== undefined) await endAccess(await readOptions(input, context), account.name)
    return (await store.remove(name)) || (await removeUser(input, context))
      ? tell(context, { removed: name })
      : unknown(context, name)
  })
}

async function hash(input: Input, context: Context): Promise<ExitCode> {
  const { secretHash, generated } = await newSecret(input, context)
  return tell(context, { passwordHash: secretHash, ...(generated === undefined ? {} : { password: generated }) })
}

/** @throws UsageError for what is said of an account beside what is said of a user */
function isAboutInterface({ flags }: Input): boolean {
  if (flags.role === undefined && flags.content === undefined) return false
  if (OF_ACCOUNTS.some(name => flags[name] !== undefined)) throw new UsageError(say('usage.account-or-user'))
  return true
}

function shownUser({ name, role, content }: User): object {
  return { name, role, content, kept: 'interface' }
}

async function accountFrom(input: Input): Promise<Partial<Omit<AccountRecord, 'name' | 'secretHash'>>> {
  const { senderPatternProblem } = await import('@postrider/relay')
  const senders = listFlag(input, 'sender')
  for (const pattern of senders) {
    const problem = senderPatternProblem(pattern)
    if (problem !== undefined) throw new UsageError(`--sender ${pattern}: ${problem}`)
  }
  const rewriteFrom = await mailboxFlag(input, 'rewriteFrom')
  const limits = {
    ...limitFrom(input, 'perHour', 'messagesPerHour'),
    ...limitFrom(input, 'perDay', 'messagesPerDay'),
  }
  return {
    ...(senders.length === 0 ? {} : { senders }),
    ...(rewriteFrom === undefined ? {} : { rewriteFrom }),
    ...(Object.keys(limits).length === 0 ? {} : { limits }),
  }
}

function limitFrom(input: Input, flag: string, limit: string): Record<string, number> {
  const value = wholeNumberFlag(input, flag, { least: 0, most: 1_000_000_000 })
  return value === undefined ? {} : { [limit]: value }
}

interface NewSecret {
  readonly secretHash: string
  /** Printed once; nothing can tell it later. */
  readonly generated?: string
}

async function newSecret(input: Input, context: Context): Promise<NewSecret> {
  const { hashSecret } = await import('@postrider/relay')
  if (input.flags.generate === true) {
    const { makePassword } = await import('./user-accounts.ts')
    const generated = makePassword()
    return { secretHash: await hashSecret(generated), generated }
  }
  const typed = input.flags.stdin === true || context.stdin.isTTY !== true ? await firstLine(context) : await ask()
  if (typed === '') throw new UsageError(say('usage.empty-password'))
  return { secretHash: await hashSecret(typed) }
}

async function ask(): Promise<string> {
  const first = await askSecret(say('user.ask.password'))
  if (first === undefined) throw new Interrupted(say('answers.unchanged'))
  const again = await askSecret(say('user.ask.again'))
  if (again === undefined) throw new Interrupted(say('answers.unchanged'))
  if (again !== first) throw new UsageError(say('usage.passwords-differ'))
  return first
}

async function firstLine(context: Context): Promise<string> {
  const parts: Uint8Array[] = []
  for await (const part of context.stdin) parts.push(part)
  return Buffer.concat(parts).toString('utf8').split(/\r?\n/)[0] ?? ''
}

async function withStore(
  input: Input,
  context: Context,
  work: (store: EditableAccountStore) => Promise<ExitCode>,
): Promise<ExitCode> {
  const { openAccounts } = await import('@postrider/relay')
  const store = await openAccounts(await readOptions(input, context))
  try {
    return await work(store)
  } finally {
    await store.close()
  }
}

function tell(context: Context, what: Readonly<Record<string, string>>): ExitCode {
  if (context.json) writeJson(context.out, what)
  else for (const [name, value] of Object.entries(what)) context.out.write(`${name}: ${value}\n`)
  return EXIT.ok
}

function unknown(context: Context, name: string): ExitCode {
  return complain(context, say('user.none', { name }))
}

function complain(context: Context, text: string): ExitCode {
  context.err.write(`postrider: ${text}\n`)
  return EXIT.data
}
