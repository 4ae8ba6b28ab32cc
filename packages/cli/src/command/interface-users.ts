/**
 * InterfaceUsers: the people who log in to the web interface, as the command `user` makes, changes and removes them.
 *
 * Policy. Nobody types the password of somebody else: whoever is made or reset gets a link that is good once, for a quarter of an hour.
 * A link is printed once, for who asked; a running relay sees every change at the next request. A name is that of an account or of a user.
 *
 * Not here: accounts, which submit mail (user.ts).
 */
import type { OpenedUsers, Role, User } from '@postrider/relay'
import { say } from '../language/commands.ts'
import { EXIT, type ExitCode, writeJson } from '../terminal/index.ts'
import { type Context, type Input, textFlag, UsageError } from './command.ts'
import { readOptions } from './mailer.ts'

async function roleFrom(input: Input): Promise<Role | undefined> {
  const { ROLES } = await import('@postrider/relay')
  const role = textFlag(input, 'role')
  if (role === undefined) return undefined
  if (!ROLES.includes(role as Role)) throw new UsageError(say('usage.role', { role, roles: ROLES }))
  return role as Role
}

export async function addUser(input: Input, context: Context): Promise<ExitCode> {
  const name = input.args[0] ?? ''
  const role = await roleFrom(input)
  if (role === undefined) throw new UsageError(say('usage.content-of-user'))
  if (await isAccount(input, context, name)) return complain(context, say('user.is-account', { name }))
  return withUsers(input, context, async ({ users, linkFor }) => {
    if (!(await users.add({ name, role, content: input.flags.content === true })))
      return complain(context, say('user.exists-in-interface', { name }))
    return tellLink(context, { added: name, role }, await linkFor(name))
  })
}

export async function resetUser(input: Input, context: Context): Promise<ExitCode> {
  const name = input.args[0] ?? ''
  return withUsers(input, context, async ({ users, linkFor }) => {
    if (!(await users.shutOut(name))) return complain(context, say('user.none-in-interface', { name }))
    return tellLink(context, { reset: name }, await linkFor(name))
  })
}

/** `--content` and `--no-content` give and take the leave to read. */
export async function changeUser(input: Input, context: Context): Promise<ExitCode> {
  const name = input.args[0] ?? ''
  const role = await roleFrom(input)
  const { content } = input.flags
  return withUsers(input, context, async ({ users }) => {
    const changes = { ...(role !== undefined && { role }), ...(typeof content === 'boolean' && { content }) }
    if (!(await users.change(name, changes))) return complain(context, say('user.none-in-interface', { name }))
    tell(context, { changed: name })
    return EXIT.ok
  })
}

/** `false`: there was none of this name. */
export async function removeUser(input: Input, context: Context): Promise<boolean> {
  return (
    (await withUsers(input, context, async ({ users }) =>
      (await users.remove(input.args[0] ?? '')) ? EXIT.ok : EXIT.data,
    )) === EXIT.ok
  )
}

export async function listUsers(input: Input, context: Context): Promise<readonly User[]> {
  let all: readonly User[] = []
  await withUsers(input, context, async ({ users }) => {
    all = await users.list()
    return EXIT.ok
  })
  return all
}

export async function isUser(input: Input, context: Context): Promise<boolean> {
  const { accountName } = await import('@postrider/relay')
  const name = accountName(input.args[0] ?? '')
  return (await listUsers(input, context)).some(user => user.name === name)
}

async function isAccount(input: Input, context: Context, typed: string): Promise<boolean> {
  const { accountName, openAccounts } = await import('@postrider/relay')
  const config = await readOptions(input, context)
  const name = accountName(typed)
  if (config.relay.accounts.some(account => accountName(account.name) === name)) return true
  await using store = await openAccounts(config)
  return (await store.find(name)) !== undefined
}

async function withUsers(
  input: Input,
  context: Context,
  work: (opened: OpenedUsers) => Promise<ExitCode>,
): Promise<ExitCode> {
  const { openUsers } = await import('@postrider/relay')
  const opened = await openUsers(await readOptions(input, context))
  try {
    return await work(opened)
  } finally {
    await opened.close()
  }
}

type Link = Awaited<ReturnType<OpenedUsers['linkFor']>>

function tellLink(context: Context, done: Readonly<Record<string, string>>, link: Link): ExitCode {
  const until = link && new Date(link.expiresAt).toISOString()
  tell(context, { ...done, ...(link !== undefined && { link: link.url, until: until ?? '' }) })
  if (link === undefined) context.err.write(`${say('user.no-interface')}\n`)
  return EXIT.ok
}

function tell(context: Context, what: Readonly<Record<string, string>>): void {
  if (context.json) writeJson(context.out, what)
  else for (const [name, value] of Object.entries(what)) context.out.write(`${name}: ${value}\n`)
}

function complain(context: Context, text: string): ExitCode {
  context.err.write(`postrider: ${text}\n`)
  return EXIT.data
}
