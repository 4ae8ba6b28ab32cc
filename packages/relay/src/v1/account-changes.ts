/**
 * AccountChanges: accounts made, changed and taken away, as `postrider user` does it, with the same refusals.
 *
 * Policy. Only those of the store: what stands in the configuration is changed there (409). A password that is made is in the answer, and
 * nowhere afterwards; of one that is given only the hash is kept. A change is seen by the next login; what is under way goes on.
 *
 * Not here: who there is (accounts.ts), users of the interface (users.ts).
 */
import { randomBytes } from 'node:crypto'
import { kinds as k } from '@postrider/core'
import { type AccountRecord, accountName, hashSecret } from '../account/index.ts'
import { senderPatternProblem } from '../admission/index.ts'
import { ADDRESS, NAME, text } from './shapes.ts'
import { notFound, V1Error } from './v1-error.ts'
import { declare, type V1Ports, type V1Route } from './v1-route.ts'

const MOST = 1_000_000_000
const LIMIT = k.int().min(0).max(MOST).optional()
/** 32 characters that need no quotes anywhere. */
const GENERATED_BYTES = 24

const PASSWORD = k.string().min(1).max(1000)
const CHANGES = {
  senders: k
    .array(
      k
        .string()
        .refine(value => senderPatternProblem(value) === undefined)
        .meta({ wanted: 'name@domain, *@domain, *@*.domain or *' }),
    )
    .describe('What it may use as MAIL FROM and From; empty is what `relay.senders` says.'),
  rewriteFrom: ADDRESS,
  limits: k
    .strictObject({
      messagesPerMinute: LIMIT,
      messagesPerHour: LIMIT,
      messagesPerDay: LIMIT,
      recipientsPerMinute: LIMIT,
      recipientsPerHour: LIMIT,
      recipientsPerDay: LIMIT,
    })
    .describe('Its own; what is not there is as the relay says.'),
}
const MADE = k.strictObject({
  name: k.string(),
  password: text('The one that was made; absent when one was given.').optional(),
})

interface Given {
  readonly senders?: readonly string[] | undefined
  readonly rewriteFrom?: string | undefined
  readonly limits?: Readonly<Record<string, number | undefined>> | undefined
}

function changesOf({ senders, rewriteFrom, limits }: Given): Partial<AccountRecord> {
  return {
    ...(senders !== undefined && { senders }),
    ...(rewriteFrom !== undefined && { rewriteFrom }),
    ...(limits !== undefined && { limits: JSON.parse(JSON.stringify(limits)) }),
  }
}

interface MadeSecret {
  readonly secretHash: string
  readonly generated?: string
}

async function secretOf(given: string | undefined): Promise<MadeSecret> {
  if (given !== undefined) return { secretHash: await hashSecret(given) }
  const generated = randomBytes(GENERATED_BYTES).toString('base64url')
  return { secretHash: await hashSecret(generated), generated }
}

/** @throws V1Error 409 for one that stands in the configuration, 404 */
async function requireStored(typed: string | undefined, { accounts }: V1Ports): Promise<string> {
  const name = accountName(typed ?? '')
  const found = (await accounts()).find(account => account.name === name)
  if (found === undefined) throw notFound(`there is no account ${name}`)
  if (found.from === 'store') return name
  throw new V1Error(409, 'validation_error', {
    message: `${name} stands in the configuration, and cannot be changed here`,
    wrong: { where: 'name', fix: 'change relay.accounts in the configuration file, and reload it' },
  })
}

/** @throws V1Error 409 */
async function requireFree(name: string, { accounts, interface: served }: V1Ports): Promise<void> {
  const isAccount = (await accounts()).some(account => account.name === name)
  const isUser = (await served()?.users.find(name)) !== undefined
  if (!isAccount && !isUser) return
  throw new V1Error(409, 'validation_error', {
    message: isAccount ? `there is an account ${name}` : `there is a user of the web interface ${name}`,
    wrong: { where: 'name', fix: 'choose another name' },
  })
}

export const ACCOUNT_CHANGE_ROUTES: readonly V1Route[] = [
  declare({
    method: 'POST',
    path: '/v1/accounts',
    scope: 'admin',
    about: 'relay',
    says: 'Makes an account. Without a password one is made: it is in this answer, and nowhere afterwards.',
    body: k.strictObject({
      name: NAME,
      password: PASSWORD.optional(),
      senders: CHANGES.senders.default([]),
      rewriteFrom: CHANGES.rewriteFrom.optional(),
      limits: CHANGES.limits.optional(),
    }),
    answers: MADE,
    hasSecrets: true,
    work: async ({ body: { name: typed, password, ...given } }, ports) => {
      const name = accountName(typed)
      await requireFree(name, ports)
      const { secretHash, generated } = await secretOf(password)
      const made = { name, senders: given.senders, ...changesOf(given), secretHash }
      // Another may have been faster.
      if (!(await ports.accountStore.add(made))) await requireFree(name, ports)
      return { name, ...(generated !== undefined && { password: generated }) }
    },
  }),
  declare({
    method: 'PATCH',
    path: '/v1/accounts/:name',
    scope: 'admin',
    about: 'relay',
    says: 'Changes what is given of an account; the next login sees it.',
    body: k.strictObject({
      password: PASSWORD.optional(),
      generate: k.boolean().default(false).describe('It gets a password that is made, which is in the answer.'),
      senders: CHANGES.senders.optional(),
      rewriteFrom: CHANGES.rewriteFrom.optional(),
      limits: CHANGES.limits.optional(),
    }),
    answers: MADE,
    hasSecrets: true,
    work: async ({ params, body: { password, generate, ...given } }, ports) => {
      const name = await requireStored(params.name, ports)
      if (generate && password !== undefined)
        throw new V1Error(422, 'validation_error', {
          message: 'a password is given or made, not both',
          wrong: { where: 'generate', fix: 'leave one of them out' },
        })
      const isNew = generate || password !== undefined
      const { secretHash, generated } = isNew ? await secretOf(password) : {}
      const changes = { ...changesOf(given), ...(secretHash !== undefined && { secretHash }) }
      if (!(await ports.accountStore.change(name, changes))) throw notFound(`there is no account ${name}`)
      return { name, ...(generated !== undefined && { password: generated }) }
    },
  }),
  declare({
    method: 'DELETE',
    path: '/v1/accounts/:name',
    scope: 'admin',
    about: 'relay',
    says: 'Takes an account away, with its keys and the endpoints that it made: it can send nothing more. What it has sent goes on.',
    answers: k.strictObject({ removed: k.string() }),
    work: async ({ params }, ports) => {
      const name = await requireStored(params.name, ports)
      // First, so that whoever has the name next gets nothing of them, whatever happens in between.
      await ports.keys.removeOf(name)
      await ports.webhooks().removeOf(name)
      if (!(await ports.accountStore.remove(name))) throw notFound(`there is no account ${name}`)
      return { removed: name }
    },
  }),
]
