/**
 * Answers: what init must know: from flags, from what stands in the configuration, else asked.
 *
 * Policy. A flag is never asked about again. Without a person at the terminal, or with `--yes`, defaults are taken, and what
 * has no default is an error that names the flag.
 */

import { dirname } from 'node:path'
import { say } from '../language/commands.ts'
import type { ExistingConfig } from '../setup/index.ts'
import { askText } from '../terminal/index.ts'
import { type Context, type Input, Interrupted, listFlag, textFlag, UsageError } from './command.ts'
import { hostFlag, ipFlags, requireHostName, requireSenderDomain, selectorFlag } from './flag-values.ts'
import { type Ask, askService, type ServiceAnswers } from './service-answers.ts'

export interface Answers {
  readonly domains: readonly string[]
  readonly hostname: string
  readonly users: readonly string[]
  readonly folder: string
  readonly selector: string
  readonly addresses: readonly string[]
  /** Absent: mail goes straight to its hosts. */
  readonly service: ServiceAnswers | undefined
}

const FOLDER = './postrider-data'

export async function gatherAnswers(input: Input, context: Context, existing: ExistingConfig): Promise<Answers> {
  const asks = input.flags.yes !== true && context.out.interactive && context.stdin.isTTY === true
  const ask = async (question: string, initial: string): Promise<string> => {
    if (!asks) return initial
    const answer = await askText(question, initial)
    if (answer === undefined) throw new Interrupted(say('answers.unchanged'))
    return answer.trim()
  }
  const given = listFlag(input, 'domain')
  const present = existing.domains.length > 0 ? existing.domains : existing.keyDomains
  const domains = await domainsOf(
    given.length > 0 ? given : words(await ask(say('init.ask.domain'), present.join(' '))),
  )
  const addresses = await ipFlags(input, 'address')
  const selector = (await selectorFlag(input)) ?? 'postrider'
  const hostname =
    (await hostFlag(input, 'hostname')) ??
    existing.hostname ??
    (await requireHostName(await ask(say('init.ask.hostname'), `mail.${domains[0]}`), say('init.ask.hostname-hint')))
  const named = listFlag(input, 'user')
  const users = named.length > 0 ? named : words(await ask(say('init.ask.users'), ''))
  const kept = existing.queue === undefined ? undefined : dirname(existing.queue)
  const folder = textFlag(input, 'folder') ?? kept ?? (await ask(say('init.ask.folder'), FOLDER))
  const service = await serviceOf(input, existing, { ask, cwd: context.cwd })
  return { domains, hostname, users, folder, selector, addresses, service }
}

/** What was typed is looked at, also where it is not done because mail goes through something else already. */
async function serviceOf(
  input: Input,
  { sendsThrough }: ExistingConfig,
  { ask, cwd }: { readonly ask: Ask; readonly cwd: string },
): Promise<ServiceAnswers | undefined> {
  if (!sendsThrough || textFlag(input, 'service') !== undefined) return askService(input, ask, cwd)
  return undefined
}

async function domainsOf(texts: readonly string[]): Promise<readonly string[]> {
  if (texts.length === 0) throw new UsageError(say('usage.no-domain'))
  const domains: string[] = []
  for (const text of texts) domains.push(await requireSenderDomain(text, '--domain'))
  return domains
}

function words(text: string): readonly string[] {
  return text.split(/[\s,]+/).filter(word => word !== '')
}
