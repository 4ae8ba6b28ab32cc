/**
 * ServiceRoute: a route that names a service in place of a host, and becomes one with host, port and login.
 *
 * Policy. What the table of services says is taken; what the operator says besides goes before it, but for a port that the
 * service does not have. A service takes no mail without a login, and has no region but its own.
 *
 * Not here: the services (provider/services.ts), reading the password (resolve.ts).
 */
import type { ServiceId } from '../provider/provider.ts'
import { ANY_REGION, SERVICES, type Service, serviceHost } from '../provider/services.ts'
import type { CheckedOptions } from './checked-options.ts'
import type { Path, Problem } from './problem.ts'

type CheckedRoute = CheckedOptions['routes'][number]
/** With what a service says; its user name may be its password. */
export interface FilledRoute extends Omit<CheckedRoute, 'host'> {
  readonly host: string
  readonly recipients?: number
}

export function fillRoute(
  route: CheckedRoute,
  { path, problems }: { readonly path: Path; readonly problems: Problem[] },
): FilledRoute | undefined {
  const { service: id, host, region } = route
  if (id === undefined) {
    const wrong = host === undefined ? undefined : withoutService(route)
    if (wrong !== undefined) problems.push({ ...wrong, path: [...path, ...wrong.path] })
    return host === undefined || wrong !== undefined ? undefined : { ...route, host }
  }
  const service = SERVICES[id]
  const found = serviceHost(service, region)
  const wrong = wrongWith(route, { id, service, found })
  if (wrong !== undefined || found === undefined) {
    if (wrong !== undefined) problems.push({ ...wrong, path: [...path, ...wrong.path] })
    return undefined
  }
  const { recipients } = service
  const port = route.port ?? service.tlsPorts[0] ?? service.startTlsPorts[0]!
  return {
    ...route,
    host: found,
    port,
    implicitTls: route.implicitTls ?? service.tlsPorts.includes(port),
    ...(recipients === undefined ? {} : { recipients }),
  }
}

function withoutService({ region, login }: CheckedRoute): Problem | undefined {
  if (region !== undefined)
    return { path: ['region'], found: JSON.stringify(region), wanted: 'none: only a service has regions' }
  if (login !== undefined && login.user === undefined)
    return { path: ['login', 'user'], found: 'nothing', wanted: 'the user name' }
  return undefined
}

function wrongWith(
  { login, port, region }: CheckedRoute,
  { id, service, found }: { readonly id: ServiceId; readonly service: Service; readonly found: string | undefined },
): Problem | undefined {
  const { hosts, tlsPorts, startTlsPorts, user } = service
  if (found === undefined)
    return {
      path: ['region'],
      found: region === undefined ? 'nothing' : JSON.stringify(region),
      wanted:
        ANY_REGION in hosts
          ? 'a region of the service, such as eu-central-1'
          : '' in hosts
            ? `no region: ${id} has one host`
            : `one of ${Object.keys(hosts).join(', ')}`,
    }
  const ports = [...tlsPorts, ...startTlsPorts]
  if (port !== undefined && !ports.includes(port))
    return { path: ['port'], found: String(port), wanted: `one of ${ports.join(', ')}` }
  if (login === undefined)
    return { path: ['login'], found: 'nothing', wanted: 'a login: the service takes no mail without one' }
  if (login.user === undefined && user === undefined)
    return { path: ['login', 'user'], found: 'nothing', wanted: 'the user name that the service gave you' }
  return undefined
}

/** Who logs in. */
export function serviceUser(id: ServiceId | undefined, given: string | undefined, password: string): string {
  if (given !== undefined || id === undefined) return given ?? ''
  const { user } = SERVICES[id]
  return user === 'password' ? password : (user?.is ?? '')
}
