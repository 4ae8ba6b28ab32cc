/**
 * CheckedOptions: options after defaults, before files are read and dependent defaults settled.
 *
 * Not here: the shape that gives them (schema.ts, which does not compile when it gives something else), what they become
 * (options.ts, by resolve.ts).
 */
import type { Login } from '../model/route.ts'
import type { DkimOptions, MailerOptions, ResolvedOptions, RouteOptions } from './options.ts'

interface CheckedRoute extends Omit<RouteOptions, 'login'> {
  readonly concurrency: number
  readonly login?: (NonNullable<RouteOptions['login']> & { readonly method: NonNullable<Login['method']> }) | undefined
}

export interface CheckedOptions
  extends Pick<ResolvedOptions, 'egress' | 'dns' | 'delivery' | 'preflight' | 'limits' | 'compose'> {
  readonly queue: Pick<ResolvedOptions['queue'], 'path' | 'keepHistoryMs' | 'cards'> & {
    readonly url?: string | undefined
    readonly directUrl?: string | undefined
    readonly passwordFile?: string | undefined
  }
  readonly hostname?: string | undefined
  readonly dkim: readonly DkimOptions[]
  readonly routes: readonly CheckedRoute[]
  readonly providers: ResolvedOptions['providers']
  readonly tls: Pick<ResolvedOptions['tls'], 'minimum'> & { readonly caFile?: string | undefined }
  readonly mtaSts: { readonly cacheFile?: string | undefined }
  readonly tlsrpt: NonNullable<MailerOptions['tlsrpt']>
  readonly notices: Pick<ResolvedOptions['notices'], 'to'> & { readonly from?: string | undefined }
}
