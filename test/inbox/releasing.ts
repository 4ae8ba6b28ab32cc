/**
 * Releasing: a relay that captures all mail and may release some of it, to a mail host on loopback that stands for `real.example` and for
 * where its senders are.
 */
import { mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createMailer } from '@postrider/core'
import { createFakeDns, type FakeDns, type FakeMx, type FakeMxOptions, startFakeMx } from '@postrider/core/testing'
import type { RelayOptions } from '@postrider/relay'
import { type InboxWorld, startInboxWorld } from './world.ts'

export const FROM = 'shop@example.com'

interface Releasing {
  readonly release: readonly string[]
  readonly folder?: string
  readonly mx?: FakeMxOptions
  readonly options?: RelayOptions
}

export const releasingDns = (): FakeDns =>
  createFakeDns({
    'real.example': { MX: ['10 mx.real.example'] },
    'example.com': { MX: ['10 mx.real.example'] },
    'mx.real.example': { A: ['127.0.0.1'] },
  })

export interface ReleasingWorld extends AsyncDisposable {
  readonly mx: FakeMx
  readonly world: InboxWorld
  /** @returns the id of a message that was captured */
  captured(subject: string): Promise<string>
  /** @returns the id of what goes out */
  release(captured: string, to: string): Promise<string>
  /** @returns its releases, as soon as one is in that state */
  untilReleased(captured: string, state: string): Promise<readonly { readonly to: string; readonly state: string }[]>
}

export async function startReleasing(options: Releasing): Promise<ReleasingWorld> {
  const mx = await startFakeMx(options.mx)
  try {
    return await startWorld(mx, options)
  } catch (error) {
    await mx.close()
    throw error
  }
}

async function startWorld(mx: FakeMx, { release: list, folder, options }: Releasing): Promise<ReleasingWorld> {
  const world = await startInboxWorld({
    ...(folder !== undefined && { folder }),
    capture: { release: [...list] },
    options: { delivery: { port: mx.port, allowPrivateAddresses: true }, ...options },
    seams: { resolver: releasingDns() },
  })
  const captured = async (subject: string): Promise<string> => {
    await world.relay.mailer.send({ from: FROM, to: 'customer@shop.example', subject, text: 'hello' })
    return (await world.ask('GET', `/v1/inbox/wait?subject=${subject}`)).body.id
  }
  const release = async (id: string, to: string): Promise<string> => {
    const { confirm } = (await world.ask('POST', `/v1/inbox/${id}/release`, { to })).body
    return (await world.ask('POST', `/v1/inbox/${id}/release`, { to, confirm })).body.id
  }
  const untilReleased: ReleasingWorld['untilReleased'] = async (id, wanted) => {
    for (;;) {
      const { releases } = (await world.ask('GET', `/v1/inbox/${id}/releases`)).body
      if (releases.some(({ state }: { state: string }) => state === wanted)) return releases
      await new Promise(setImmediate)
    }
  }
  return {
    ...{ mx, world, captured, release, untilReleased },
    [Symbol.asyncDispose]: async () => {
      await world[Symbol.asyncDispose]()
      await mx.close()
    },
  }
}

/** A folder in which a message was released to `me@real.example`, and waits. @returns the folder and the id */
export async function withReleased(): Promise<{ readonly folder: string; readonly id: string }> {
  const folder = await mkdtemp(join(tmpdir(), 'postrider-released-'))
  const options = { queue: { path: join(folder, 'released.db') }, preflight: 'off', hostname: 'dev.localhost' } as const
  await using before = await createMailer(options, { deliver: false })
  const raw = Buffer.from('From: shop@example.com\r\nSubject: left over\r\n\r\nhello')
  const { id } = await before.accept(raw, { from: FROM, to: ['me@real.example'] })
  return { folder, id }
}
