/**
 * key: API keys, with which programs send over HTTP as an account of the relay.
 *
 * Policy. The key is printed once, when it is made; only its digest is kept. A running relay sees the change at the next request.
 *
 * Not here: accounts (user.ts), DKIM keys (keygen.ts), where HTTP is listened for (relay.http).
 */

import type { ApiKey, RelayConfig, Scope, StoredKeys } from '@postrider/relay'
import { say } from '../language/commands.ts'
import { columns, word } from '../language/words.ts'
import { EXIT, type ExitCode, table, writeJson } from '../terminal/index.ts'
import { type Command, type Context, type Input, listFlag, textFlag, UsageError } from './command.ts'
import { requireDomainName, wholeNumberFlag } from './flag-values.ts'
import { readOptions } from './mailer.ts'

const DAY_MS = 86_400_000
const LONGEST_NAME = 50
const MOST_DAYS = 36_500

export const key: Command = {
  name: 'key',
  summary: 'Add, list or remove API keys of the relay.',
  examples: ['postrider key add shop --account shop', 'postrider key list', 'postrider key remove 1f2e3d4c'],
  subcommands: [
    {
      name: 'add',
      summary: 'Make a key and print it, once.',
      args: [{ form: '<name>', says: 'what it is called in lists' }],
      flags: [
        { form: '--account <name>', says: 'the account it acts as: its senders and limits, and its mail alone' },
        { form: '--operator', says: 'act as no account: see everything, send nothing' },
        {
          form: '--scope <scope...>',
          says: 'what it may do: send, read, content, operate or admin (default: send; of an operator, read)',
        },
        { form: '--domain <domain...>', says: 'domains of senders it is bound to (default: those of the account)' },
        { form: '--network <cidr...>', says: 'networks it may be used from (default: everywhere)' },
        { form: '--expires-days <n>', says: 'how long it is good for (default: until it is removed)' },
      ],
      examples: [
        'postrider key add shop --account shop',
        'postrider key add console --account shop --scope send read operate --expires-days 90',
        'postrider key add dashboard --operator --scope admin --network 10.0.0.0/8',
      ],
      run: add,
    },
    { name: 'list', summary: 'One line for each key.', examples: ['postrider key list'], run: list },
    {
      name: 'remove',
      summary: 'Remove a key.',
      args: [{ form: '<id>', says: 'its id, as `postrider key list` shows it' }],
      examples: ['postrider key remove 1f2e3d4c'],
      run: remove,
    },
  ],
}

async function add(input: Input, context: Context): Promise<ExitCode> {
  const name = input.args[0] ?? ''
  if (name === '' || name.length > LONGEST_NAME)
    throw new UsageError(say('usage.key-name', { length: name.length, longest: LONGEST_NAME }))
  const typed = textFlag(input, 'account')
  const isOperator = input.flags.operator === true
  if ((typed === undefined) !== isOperator) throw new UsageError(say('usage.account-or-operator'))
  const scopes = await scopesFrom(input, isOperator ? 'read' : 'send')
  const domains = await Promise.all(listFlag(input, 'domain').map(text => requireDomainName(text, '--domain')))
  const days = wholeNumberFlag(input, 'expiresDays', { least: 1, most: MOST_DAYS })
  const networks = await networksFrom(input)
  const config = await readOptions(input, context)
  const account = typed === undefined ? undefined : await knownAccount(config, typed)
  if (typed !== undefined && account === undefined) return complain(context, say('key.no-account', { account: typed }))
  return withKeys(config, async keys => {
    const expiresAt = days === undefined ? {} : { expiresAt: context.now() + days * DAY_MS }
    const of = account === undefined ? {} : { account }
    const made = await keys.add({ name, ...of, scopes, domains, networks, ...expiresAt })
    return tell(context, { added: name, id: made.id, ...of, key: made.token })
  })
}

async function list(input: Input, context: Context): Promise<ExitCode> {
  return withKeys(await readOptions(input, context), async keys => {
    const all = await keys.list()
    if (context.json) for (const each of all) writeJson(context.out, shown(each))
    else if (all.length === 0) context.out.write(`${say('key.no-keys')}\n`)
    else
      context.out.write(
        `${table(columns('id', 'name', 'account', 'may', 'domains', 'from', 'expires', 'used'), all.map(row))}\n`,
      )
    return EXIT.ok
  })
}

async function remove(input: Input, context: Context): Promise<ExitCode> {
  const id = input.args[0] ?? ''
  return withKeys(await readOptions(input, context), async keys =>
    (await keys.remove(id)) ? tell(context, { removed: id }) : complain(context, say('key.none', { id })),
  )
}

async function scopesFrom(input: Input, usual: Scope): Promise<readonly Scope[]> {
  const { SCOPES } = await import('@postrider/relay')
  const typed = listFlag(input, 'scope')
  for (const scope of typed)
    if (!SCOPES.includes(scope as Scope)) throw new UsageError(say('usage.scope', { scope, scopes: SCOPES }))
  return typed.length === 0 ? [usual] : (typed as readonly Scope[])
}

async function networksFrom(input: Input): Promise<readonly string[]> {
  const { networkProblem } = await import('@postrider/relay')
  const typed = listFlag(input, 'network')
  for (const network of typed) {
    const problem = networkProblem(network)
    if (problem !== undefined) throw new UsageError(`--network: found "${network}", wanted ${problem}`)
  }
  return typed
}

/** Its name as it is compared; undefined when there is none. */
export async function knownAccount(config: RelayConfig, typed: string): Promise<string | undefined> {
  const { accountName, openAccounts } = await import('@postrider/relay')
  const name = accountName(typed)
  if (config.relay.accounts.some(account => accountName(account.name) === name)) return name
  const store = await openAccounts(config)
  try {
    return (await store.find(name)) === undefined ? undefined : name
  } finally {
    await store.close()
  }
}

async function withKeys(config: RelayConfig, work: (keys: StoredKeys) => Promise<ExitCode>): Promise<ExitCode> {
  const { openKeys } = await import('@postrider/relay')
  const { keys, close } = await openKeys(config)
  try {
    return await work(keys)
  } finally {
    await close()
  }
}

function shown({ createdAt, expiresAt, lastUsedAt, ...rest }: ApiKey): object {
  return { ...rest, createdAt: day(createdAt), expiresAt: day(expiresAt), lastUsedAt: day(lastUsedAt) }
}

function row({ id, name, account, scopes, domains, networks, expiresAt, lastUsedAt }: ApiKey): string[] {
  const ends = expiresAt === undefined ? word('never') : day(expiresAt)
  const bounds = [domains, networks].map(list => list.join(' ') || word('any'))
  return [
    id,
    name,
    account ?? say('key.of-operator'),
    scopes.join(' '),
    ...bounds,
    ends ?? '',
    day(lastUsedAt) ?? word('never'),
  ]
}

function day(at: number | undefined): string | undefined {
  return at === undefined ? undefined : new Date(at).toISOString()
}

function tell(context: Context, what: Readonly<Record<string, string>>): ExitCode {
  if (context.json) writeJson(context.out, what)
  else for (const [name, value] of Object.entries(what)) context.out.write(`${name}: ${value}\n`)
  return EXIT.ok
}

function complain(context: Context, text: string): ExitCode {
  context.err.write(`postrider: ${text}\n`)
  return EXIT.data
}
