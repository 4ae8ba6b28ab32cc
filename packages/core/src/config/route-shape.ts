/**
 * RouteShape: a route to a server that the operator names, declared.
 *
 * Not here: what a service is (provider/services.ts), how a route is settled (service-route.ts, resolve.ts).
 */
import { TLS_LEVELS, type TlsLevel } from '../model/route.ts'
import { SERVICE_IDS, type ServiceId } from '../provider/provider.ts'
import type { Kinds, Shape } from './shape.ts'
import { HOUR, words } from './vocabulary.ts'

interface Login {
  readonly user?: string | undefined
  readonly password?: string | undefined
  readonly passwordFile?: string | undefined
}
type Method = 'auto' | 'plain' | 'login' | 'xoauth2'

interface Server {
  readonly host?: string | undefined
  readonly service?: ServiceId | undefined
  readonly region?: string | undefined
  readonly port?: number | undefined
  readonly tls?: TlsLevel | undefined
  readonly implicitTls?: boolean | undefined
}

type CheckedServer = Server & {
  readonly login?: (Login & { readonly method: Method }) | undefined
  readonly concurrency: number
}
type GivenServer = Server & {
  readonly login?: (Login & { readonly method?: Method | undefined }) | undefined
  readonly concurrency?: number | undefined
}

export type RouteShape = Shape<CheckedServer & { readonly domain: string }, GivenServer & { readonly domain: string }>
export type OverflowShape = Shape<
  CheckedServer & { readonly afterMs: number },
  GivenServer & { readonly afterMs?: number | undefined }
>

export function routeShape(k: Kinds): RouteShape {
  const domain = words(k).pattern('A domain, `.domain` for everything below it, or `*` for everything.')
  return k
    .strictObject({ domain, ...serverKeys(k) })
    .refine(isOneServer)
    .meta({ wanted: 'a route with either host or service' })
}

/** The way of what would wait too long. */
export function overflowShape(k: Kinds): OverflowShape {
  const afterMs = words(k).ms('How long a message may wait for its turn before it goes this way.', HOUR)
  return k
    .strictObject({ ...serverKeys(k), afterMs })
    .refine(isOneServer)
    .meta({ wanted: 'a route with either host or service' })
}

function isOneServer({ host, service }: Pick<Server, 'host' | 'service'>): boolean {
  return (host === undefined) !== (service === undefined)
}

function serverKeys(k: Kinds) {
  const is = words(k)
  const login = k
    .strictObject({
      user: is.text('The user name; left out where the service has the same for everyone.').optional(),
      password: is.text('The password or, for xoauth2, the token.', { secret: true }).optional(),
      passwordFile: is.file('The file that holds the password, on its first line.').optional(),
      method: is.choice(
        'The mechanism; `auto` takes the strongest that both sides know.',
        ['auto', 'plain', 'login', 'xoauth2'],
        'auto',
      ),
    })
    .refine(it => (it.password === undefined) !== (it.passwordFile === undefined))
    .meta({ description: 'How to log in.', wanted: 'a user with either password or passwordFile' })
  return {
    host: is
      .server('The server that takes the mail: a name, with or without dots, `localhost`, or an IP address.')
      .optional(),
    service: k
      .enum(SERVICE_IDS)
      .optional()
      .describe('A service in place of a host, as in docs/providers.md: its host, its ports and its limits are known.'),
    region: is.text('The region of the service, where it has some; Amazon SES wants it.').optional(),
    port: is
      .port('Its port; by default that of the service, 465 with implicit TLS, 587 with a login, 25 otherwise.')
      .optional(),
    tls: k
      .enum(TLS_LEVELS)
      .optional()
      .describe('The weakest TLS that is accepted; by default `verified` with a login, else that of `tls.minimum`.'),
    implicitTls: k
      .boolean()
      .optional()
      .describe('TLS from the first octet on (RFC 8314 §3.3), without STARTTLS; by default on port 465.'),
    login: login.optional(),
    concurrency: is.count('How many connections to it are open at once.', 10, 1000),
  }
}
