/**
 * World: a mailer between a fake DNS and fake mail hosts on loopback; nothing in between is replaced.
 *
 * Mail hosts are named mx1, mx2 … .dest.test, have addresses 127.0.0.11, .12 … and share one port. `dest.test` has them all
 * as MX in this order.
 */

import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { createMailer, type Mailer, type MailerOptions, type MailerSeams } from '@postrider/core'
import {
  type Certificate,
  createFakeDns,
  type FakeDns,
  type FakeMx,
  type FakeMxOptions,
  makeAuthority,
  makeCertificate,
  startFakeMx,
  TEST_RANGES,
  type ZoneLiteral,
} from '@postrider/core/testing'
import { tempFolder } from './folder.ts'

export interface WorldOptions {
  /** One for each mail host; `down` has an address where nobody listens. */
  readonly hosts?: readonly (FakeMxOptions | 'down')[]
  readonly zone?: ZoneLiteral
  /** DNSSEC proves every name. @default false */
  readonly authentic?: boolean
  readonly options?: MailerOptions
  readonly seams?: MailerSeams
  /** Signs the certificates. @default a new one */
  readonly authority?: Certificate
}

export interface World extends AsyncDisposable {
  readonly mailer: Mailer
  /** Of the hosts that are up, in their order. */
  readonly mx: readonly FakeMx[]
  readonly dns: FakeDns
  readonly folder: string
  readonly authority: Certificate
  /** Another mailer on the same queue file. */
  another(options?: MailerOptions, seams?: MailerSeams): Promise<Mailer>
}

export const DRAFT = { from: 'me@sender.test', to: 'you@dest.test', subject: 'Hello', text: 'It works.\n' } as const

export async function openWorld({
  hosts = [{}],
  zone = {},
  authentic = false,
  options = {},
  seams = {},
  authority = makeAuthority(),
}: WorldOptions = {}): Promise<World> {
  const folder = tempFolder()
  const caFile = join(folder, 'ca.pem')
  writeFileSync(caFile, authority.cert)
  const mx: FakeMx[] = []
  const names: Record<string, ZoneLiteral[string]> = {
    'dest.test': { MX: hosts.map((_, index) => `${10 * (index + 1)} mx${index + 1}.dest.test`) },
  }
  for (const [index, host] of hosts.entries()) {
    const name = `mx${index + 1}.dest.test`
    const address = `127.0.0.${11 + index}`
    names[name] = { A: [address] }
    if (host === 'down') continue
    const certificate = makeCertificate({ names: [name], issuer: authority })
    mx.push(await startFakeMx({ name, address, port: mx[0]?.port ?? 0, certificate, ...host }))
  }
  const dns = createFakeDns({ ...names, ...zone }, { authentic })
  const all: MailerOptions = {
    hostname: 'out.sender.test',
    preflight: 'off',
    ...options,
    // Never in the folder that the test runs in.
    queue: options.queue?.url === undefined ? { path: join(folder, 'queue.db'), ...options.queue } : options.queue,
    tls: { caFile, ...options.tls },
    delivery: { port: mx[0]?.port ?? 9, allowPrivateAddresses: true, ...options.delivery },
  }
  const opened: Mailer[] = []
  const another = async (more: MailerOptions = {}, others: MailerSeams = {}): Promise<Mailer> => {
    const mailer = await createMailer(
      { ...all, ...more },
      { resolver: dns, specialRanges: TEST_RANGES, ...seams, ...others },
    )
    opened.push(mailer)
    return mailer
  }
  return {
    mailer: await another(),
    mx,
    dns,
    folder,
    authority,
    another,
    [Symbol.asyncDispose]: async () => {
      for (const mailer of opened) await mailer.close()
      for (const host of mx) await host.close()
    },
  }
}
