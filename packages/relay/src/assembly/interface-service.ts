/**
 * InterfaceService: the web interface, from the rooms that it needs: who may log in, who is, and the first link.
 *
 * Not here: listening (http-service.ts), the routes (v1/, web-files/).
 */
import { FrontDoor, ProviderDoor } from '../access-control/index.ts'
import { Logins, type VerifierPool } from '../account/index.ts'
import type { Bans } from '../admission/index.ts'
import { openProvider } from '../oidc/index.ts'
import type { RelayStore } from '../store/index.ts'
import { LoginLinks, ProvidedUsers, type SessionTimes, StoredSessions, StoredUsers } from '../user/index.ts'
import type { InterfacePorts } from '../v1/index.ts'
import type { RelayContext } from './context.ts'
import { FirstLoginFile } from './first-login.ts'

export interface InterfaceService extends InterfacePorts {
  readonly firstLogin: FirstLoginFile
}

const LOGINS = {
  name: 'postrider_interface_logins_total',
  help: 'Logins to the web interface by their result.',
  labels: ['result'],
}

interface Parts {
  readonly store: RelayStore
  readonly bans: Bans
  /** The line in which those stand who hand in mail. */
  readonly verifiers: VerifierPool
  readonly isTrusted: (address: string) => boolean
}

export function openInterface(context: RelayContext, { store, bans, verifiers, isTrusted }: Parts): InterfaceService {
  const { current, clock, logger, metrics, folder } = context
  const times = (): SessionTimes => {
    const { sessionIdleMs, sessionMs } = current.config.relay.http
    return { idleMs: sessionIdleMs, sessionMs }
  }
  const users = new StoredUsers(store, clock)
  const provided = new ProvidedUsers(store, clock)
  const sessions = new StoredSessions(store, clock, times)
  const links = new LoginLinks(store, clock)
  const firstLogin = new FirstLoginFile(folder, clock)
  const logins = new Logins({
    stores: [{ find: name => users.record(name) }],
    clock,
    pool: verifiers,
    onTrouble: error =>
      logger.error({ event: 'login-trouble', problem: (error as Error).message }, 'users cannot be read'),
  })
  const counter = metrics.counter(LOGINS)
  const frontDoor = new FrontDoor({
    count: result => counter.add(1, { result }),
    users,
    provided,
    sessions,
    links,
    logins,
    bans,
    isTrusted,
    sessionMs: () => times().sessionMs,
    linkUsed: () => void firstLogin.remove().catch(() => undefined),
    clock,
    logger,
  })
  return { frontDoor, users, sessions, links, firstLogin, provider: openProviderDoor(context, frontDoor) }
}

/** Where people log in at a provider; nothing of it is loaded before somebody does. */
function openProviderDoor({ current, clock, logger }: RelayContext, frontDoor: FrontDoor): InterfacePorts['provider'] {
  const oidc = () => current.config.relay.http.oidc
  const provider = openProvider(() => oidc()!, clock)
  const door = new ProviderDoor({ provider, frontDoor, admission: () => oidc()!, logger })
  return () => {
    const options = oidc()
    return options && { door, name: options.name || new URL(options.issuer).host }
  }
}
