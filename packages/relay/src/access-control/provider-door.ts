/**
 * ProviderDoor: logging in to the interface at an OpenID provider: away with a cookie, and back with what the provider says.
 *
 * Policy. What binds the way back to the browser that left is in a cookie that no script reads, for ten minutes and the two paths of this
 * alone; it is `Lax`, since the provider's page sends the browser back. Whoever is refused by what the provider says counts as somebody
 * with a wrong password, and where it vouches for who it is, all sessions of theirs end. A way back that this browser did not leave by, or
 * that no window goes, counts against nobody: any page can ask for one in the name of who looks at it. So does a provider that
 * cannot be reached.
 *
 * Not here: the provider (oidc/), the session (front-door.ts).
 */
import type { Logger } from '@postrider/core'
import { chosenFor, nameIn, type Provider } from '../oidc/index.ts'
import type { HttpRequest } from '../server/index.ts'
import type { Role } from '../user/index.ts'
import { shownCookie, writtenCookie } from './cookie.ts'
import type { Entry, FrontDoor } from './front-door.ts'
import { ownOrigin } from './own-page.ts'

type Admission = Parameters<typeof chosenFor<Role>>[1]

export interface ProviderDoorPorts {
  readonly provider: Provider
  readonly frontDoor: FrontDoor
  readonly admission: () => Admission
  readonly logger: Logger
}

const PATH = '/v1/session/oidc'
const NAME = 'postrider-oidc'
const GOOD_FOR_S = 600

export class ProviderDoor {
  readonly #it: ProviderDoorPorts

  constructor(ports: ProviderDoorPorts) {
    this.#it = ports
  }

  /** Undefined: the provider cannot be reached. */
  async leave(request: HttpRequest): Promise<{ readonly url: string; readonly cookie: string } | undefined> {
    try {
      const { url, state, nonce, verifier } = await this.#it.provider.begin(backTo(request))
      return { url, cookie: written(request, [state, nonce, verifier].join('.'), GOOD_FOR_S) }
    } catch (error) {
      this.#tell(error)
      return undefined
    }
  }

  async comeBack(request: HttpRequest): Promise<Entry> {
    const { provider, frontDoor, admission } = this.#it
    const stopped = frontDoor.keepsOut(request)
    if (stopped !== undefined) return { kind: stopped }
    const kept = shownCookie(request, nameFor(request)) ?? ''
    if (kept === '' || !mayBeWindow(request)) return { kind: 'refused' }
    const [state = '', nonce = '', verifier = ''] = kept.split('.')
    const came = new URL(`${backTo(request)}?${request.query}`)
    if (came.searchParams.get('state') !== state) return { kind: 'refused' }
    let claims: Readonly<Record<string, unknown>>
    try {
      claims = await provider.claims(came, { state, nonce, verifier })
    } catch (error) {
      this.#tell(error)
      return isNetwork(error) ? { kind: 'trouble' } : frontDoor.refuse(request, '(provider)')
    }
    const person = chosenFor<Role>(claims, admission(), 'see')
    if (person !== undefined) return frontDoor.byProvider(request, person)
    const name = nameIn(claims, admission().nameClaim)
    if (name !== undefined) await frontDoor.dismiss(name)
    return frontDoor.refuse(request, name ?? '(provider)')
  }

  /** The browser keeps it no longer. */
  forgotten(request: HttpRequest): string {
    return written(request, '', 0)
  }

  #tell(error: unknown): void {
    const { message, code } = error as { readonly message?: string; readonly code?: string }
    // What the provider answers may hold a code or a token: only its kind is told.
    this.#it.logger.warn(
      { event: 'interface-provider', code, problem: message?.slice(0, 200) },
      'no login at the provider',
    )
  }
}

/** W3C Fetch Metadata: what shows it to somebody, and no image or script. */
function mayBeWindow({ header }: HttpRequest): boolean {
  return (
    (header('sec-fetch-mode') ?? 'navigate') === 'navigate' && (header('sec-fetch-dest') ?? 'document') === 'document'
  )
}

function backTo(request: HttpRequest): string {
  return `${ownOrigin(request)}${PATH}/back`
}

function isNetwork(error: unknown): boolean {
  const { name, code } = error as { readonly name?: string; readonly code?: string }
  return name === 'TypeError' || name === 'TimeoutError' || code === 'OAUTH_TIMEOUT'
}

function nameFor({ client }: HttpRequest): string {
  return client.via === 'loopback' ? NAME : `__Secure-${NAME}`
}

function written(request: HttpRequest, value: string, seconds: number): string {
  return writtenCookie(request, { name: nameFor(request), value, seconds, path: PATH, sameSite: 'Lax' })
}
