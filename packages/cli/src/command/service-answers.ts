/**
 * ServiceAnswers: the service that init sends through, where port 25 is closed: from flags, else asked.
 *
 * Policy. What a service has the same for everyone is not asked. A password is never typed here: the file that holds it is
 * named, and has to be there.
 */
import { access } from 'node:fs/promises'
import { resolve } from 'node:path'
import type { Service } from '@postrider/core'
import { say } from '../language/commands.ts'
import { type Input, textFlag, UsageError } from './command.ts'

export interface ServiceAnswers {
  readonly service: string
  readonly region?: string
  readonly user?: string
  readonly passwordFile: string
}

export type Ask = (question: string, initial: string) => Promise<string>

/** Undefined where mail goes straight to its hosts. @throws UsageError */
export async function askService(input: Input, ask: Ask, cwd: string): Promise<ServiceAnswers | undefined> {
  const { sendingServices } = await import('@postrider/core')
  const { SERVICES, serviceHost } = await sendingServices()
  const known = Object.keys(SERVICES)
  const named = textFlag(input, 'service') ?? (await ask(say('init.ask.service', { services: known }), ''))
  if (named === '') return undefined
  if (!Object.hasOwn(SERVICES, named)) throw new UsageError(say('usage.service', { named }), known.join(', '))
  const service = SERVICES[named as keyof typeof SERVICES]
  const region = await regionOf(service, input, ask)
  if (serviceHost(service, region === '' ? undefined : region) === undefined)
    throw new UsageError(say('usage.region', { name: service.name, region }), regionsOf(service))
  const user =
    textFlag(input, 'serviceUser') ?? (service.user === undefined ? await ask(say('init.ask.service-user'), '') : '')
  if (user === '' && service.user === undefined)
    throw new UsageError(say('usage.service-user', { service: service.name }))
  const passwordFile =
    textFlag(input, 'servicePasswordFile') ?? (await ask(say('init.ask.service-password'), './service-password'))
  await access(resolve(cwd, passwordFile)).catch(() => {
    throw new UsageError(say('usage.service-password', { file: passwordFile }), say('usage.service-password.fix'))
  })
  return {
    service: named,
    ...(region === '' ? {} : { region }),
    ...(user === '' ? {} : { user }),
    passwordFile: resolve(cwd, passwordFile),
  }
}

/** Of a service with one host it is empty. */
async function regionOf({ hosts, name }: Service, input: Input, ask: Ask): Promise<string> {
  const [first = ''] = Object.keys(hosts)
  const given = textFlag(input, 'region')
  if (given !== undefined || first === '') return given ?? ''
  return ask(say('init.ask.region', { name }), first.startsWith('{') ? '' : first)
}

function regionsOf({ hosts }: Service): string {
  const [first = ''] = Object.keys(hosts)
  return first.startsWith('{') ? '--region eu-central-1' : Object.keys(hosts).join(', ')
}
