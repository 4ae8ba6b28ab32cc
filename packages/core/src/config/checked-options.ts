/**
 * CheckedOptions: options after defaults, before files are read and dependent defaults settled.
 *
 * Not here: the shape that gives them (schema.ts, which does not compile when it gives something else), what they become
 * (options.ts, by resolve.ts).
 */
import type { Source } from '../model/egress.ts'
import type { Login } from '../model/route.ts'
import type { DkimOptions, MailerOptions, ResolvedOptions, RouteOptions } from './options.ts'

export interface CheckedRoute extends Omit<RouteOptions, 'login'> {
  readonly concurrency: number
  readonly login?: (NonNullable<RouteOptions['login']> & { readonly method: NonNullable<Login['method']> }) | undefined
}

/** What is checked, before the two ways to write it are one. */
export interface CheckedEgress {
  readonly addresses: readonly string[]
  readonly sources: readonly (Omit<Source, 'hostname' | 'publicAddress' | 'pool'> & {
    readonly hostname?: string | undefined
    readonly publicAddress?: string | undefined
    readonly pool?: string | undefined
  })[]
  readonly overflow?: (Omit<CheckedRoute, 'domain'> & { readonly afterMs: number }) | undefined
  readonly publicAddresses: readonly string[]
}

export interface CheckedOptions
  extends Pick<ResolvedOptions, 'dns' | 'delivery' | 'returnPath' | 'feedback' | 'preflight' | 'limits' | 'compose'> {
  readonly queue: Pick<
    ResolvedOptions['queue'],
    'path' | 'cards' | 'keepContentMs' | 'keepContentExcept' | 'keepDialogues'
  > & {
    readonly keepHistoryMs?: number | undefined
    readonly url?: string | undefined
    readonly directUrl?: string | undefined
    readonly passwordFile?: string | undefined
  }
  readonly hostname?: string | undefined
  readonly egress: CheckedEgress
  readonly dkim: readonly DkimOptions[]
  readonly routes: readonly CheckedRoute[]
  readonly providers: ResolvedOptions['providers']
  readonly tls: Pick<ResolvedOptions['tls'], 'minimum'> & { readonly caFile?: string | undefined }
  readonly mtaSts: { readonly cacheFile?: string | undefined }
  readonly tlsrpt: NonNullable<MailerOptions['tlsrpt']>
  readonly notices: Pick<ResolvedOptions['notices'], 'to' | 'languages'> & { readonly from?: string | undefined }
}
