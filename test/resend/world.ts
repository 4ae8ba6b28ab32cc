/**
 * World: a relay that listens for HTTP, a fake MX behind it, and a key of an account.
 */
import { createFakeDns, type FakeMx, startFakeMx } from '@postrider/core/testing'
import { Resend } from 'resend'
import type { RelaySeams } from '../../packages/relay/src/assembly/relay-parts.ts'
import type { RelayOptions } from '../../packages/relay/src/config/options.ts'
import { resolveRelayOptions } from '../../packages/relay/src/config/options.ts'
import { openKeys } from '../../packages/relay/src/index.ts'
import type { Scope } from '../../packages/relay/src/key/index.ts'
import { startTestRelay, type TestRelay, USER } from '../../packages/relay/src/testing/test-relay.ts'

export interface ResendWorld extends TestRelay {
  readonly mx: FakeMx
  readonly url: string
  readonly key: string
  readonly resend: Resend
  makeKey(wanted?: Partial<Parameters<Awaited<ReturnType<typeof openKeys>>['keys']['add']>[0]>): Promise<string>
  with(key: string): Resend
}

export const FROM = 'Acme <app@abc.mail>'
export const TO = 'someone@dest.example'
const ALL: readonly Scope[] = ['send', 'read', 'operate']

export async function startResendWorld(options: RelayOptions = {}, seams: RelaySeams = {}): Promise<ResendWorld> {
  const mx = await startFakeMx()
  const resolver = createFakeDns({
    'dest.example': { MX: ['10 mx.dest.example'] },
    'mx.dest.example': { A: ['127.0.0.1'] },
    // Nobody may send for it, as far as receivers can see.
    'abc.mail': { MX: ['0 .'], TXT: ['v=spf1 -all'] },
  })
  const { relay, ...rest } = options
  const test = await startTestRelay(
    {
      ...rest,
      delivery: { port: mx.port, allowPrivateAddresses: true, ...rest.delivery },
      relay: { ...relay, http: { listen: ['127.0.0.1:0/plain'], ...relay?.http } },
    },
    { resolver, deliver: true, ...seams },
  )
  const url = `http://127.0.0.1:${test.relay.httpAddresses[0]?.port}`
  const config = await resolveRelayOptions({
    queue: { ...(options.queue?.url === undefined && { path: `${test.folder}/queue.db` }), ...options.queue },
    hostname: 'mail.abc.mail',
  })
  const makeKey: ResendWorld['makeKey'] = async wanted => {
    const { keys, close } = await openKeys(config, seams.clock)
    const { token } = await keys.add({ name: 'test', account: USER, scopes: ALL, domains: [], networks: [], ...wanted })
    await close()
    return token
  }
  const key = await makeKey()
  const of = (token: string): Resend => new Resend(token, { baseUrl: url })
  return {
    ...test,
    mx,
    url,
    key,
    resend: of(key),
    makeKey,
    with: of,
    [Symbol.asyncDispose]: async () => {
      await test[Symbol.asyncDispose]()
      await mx.close()
    },
  }
}
