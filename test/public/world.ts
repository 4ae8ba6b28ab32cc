/**
 * World: a relay with a public part beside its HTTP one, and requests that a browser would not make.
 */
import { request as httpRequest } from 'node:http'
import { generateDkimKey } from '@postrider/core'
import type { RelaySeams } from '../../packages/relay/src/assembly/relay-parts.ts'
import type { RelayOptions } from '../../packages/relay/src/config/options.ts'
import { startV1World, type V1World } from '../v1/world.ts'

export interface Told {
  readonly status: number
  readonly headers: Readonly<Record<string, string | string[] | undefined>>
  readonly body: string
}

export interface PublicWorld extends V1World {
  /** Of the public part. */
  readonly place: string
  /** As it is sent, under any name. */
  look(path: string, asked?: Look): Promise<Told>
}

export interface Look {
  readonly method?: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string
  /** Where it is asked. @default the first of relay.public.listen */
  readonly port?: number
}

const { pem } = await generateDkimKey({ domain: 'abc.mail', selector: 's1' })
export const DKIM: { readonly domain: string; readonly selector: string; readonly privateKey: string } = {
  domain: 'abc.mail',
  selector: 's1',
  privateKey: pem,
}
/** Of return addresses. */
export const RETURN_KEY = 'a secret of the tests'

export async function startPublicWorld(options: RelayOptions = {}, seams: RelaySeams = {}): Promise<PublicWorld> {
  const { relay, ...rest } = options
  const world = await startV1World(
    {
      dkim: [DKIM],
      returnPath: { domain: 'bounces.abc.mail', use: 'as-given', keys: [RETURN_KEY] },
      ...rest,
      relay: { ...relay, public: { listen: ['127.0.0.1:0/plain'], ...relay?.public } },
    },
    seams,
  )
  const port = world.relay.publicAddresses[0]?.port ?? 0
  return {
    ...world,
    place: `http://127.0.0.1:${port}`,
    look: (path, asked = {}) => look(path, { port, ...asked }),
  }
}

function look(path: string, { method = 'GET', headers = {}, body, port }: Look): Promise<Told> {
  const { promise, resolve, reject } = Promise.withResolvers<Told>()
  const sent = httpRequest({ host: '127.0.0.1', port, path, method, headers, agent: false }, response => {
    const parts: Buffer[] = []
    response.on('data', (part: Buffer) => parts.push(part))
    response.on('end', () =>
      resolve({
        status: response.statusCode ?? 0,
        headers: response.headers,
        body: Buffer.concat(parts).toString('utf8'),
      }),
    )
  })
  sent.on('error', reject)
  sent.end(body)
  return promise
}
