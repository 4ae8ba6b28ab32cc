/**
 * PublicLook: what strangers find under each name of `relay.public`, asked as they would ask.
 *
 * Policy. Asked is what nothing hangs on: a challenge that does not exist, which our own part answers in words of its own, so that another
 * server under the same name is noticed. Nothing of it is loaded before somebody asks.
 */
import type { RelayConfig } from '../config/options.ts'
import { publicRootsOf } from '../config/public-root.ts'

/** Who answers there: this relay, another server, or nobody. */
export type LookFromOutside = { readonly root: string } & (
  | { readonly kind: 'ours' }
  | { readonly kind: 'other'; readonly status: number }
  | { readonly kind: 'silent'; readonly message: string; readonly code: string }
)

const UNKNOWN_CHALLENGE = '/.well-known/acme-challenge/doctor'

/** One look for each name; none when it does not listen. */
export async function lookFromOutside(config: RelayConfig): Promise<readonly LookFromOutside[]> {
  const { ca } = config.options.tls
  return lookAt(publicRootsOf(config), ca === undefined ? [] : [ca])
}

/** @param authorities further ones that are trusted, PEM */
export async function lookAt(
  roots: readonly string[],
  authorities: readonly string[],
): Promise<readonly LookFromOutside[]> {
  const [{ NOTHING_HERE }, { publicAsker }] = await Promise.all([
    import('../public/index.ts'),
    import('../server/index.ts'),
  ])
  const ask = publicAsker(authorities)
  return Promise.all(
    roots.map(async (root): Promise<LookFromOutside> => {
      try {
        const { status, body } = await ask(new URL(UNKNOWN_CHALLENGE, root))
        return status === 404 && body === NOTHING_HERE ? { root, kind: 'ours' } : { root, kind: 'other', status }
      } catch (error) {
        const { message, code = '' } = error as Error & { readonly code?: string }
        return { root, kind: 'silent', message: message || code, code }
      }
    }),
  )
}
