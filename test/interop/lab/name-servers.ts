/**
 * Name servers: the configuration of nsd (serves all zones) and of unbound (validates them, trusting the private root alone).
 */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Daemon } from './daemons.ts'
import { program, unpackedEnvironment } from './install.ts'
import { AUTHORITY, NOBODY, RESOLVER } from './places.ts'
import type { SignedWorld } from './sign-zones.ts'

export function nameServers(folder: string, world: SignedWorld): readonly Daemon[] {
  const nsd = join(folder, 'nsd.conf')
  const unbound = join(folder, 'unbound.conf')
  writeFileSync(nsd, nsdConfiguration(folder, world))
  writeFileSync(unbound, unboundConfiguration(folder, world))
  const env = unpackedEnvironment()
  return [
    { name: 'nsd', command: [program('nsd'), '-d', '-c', nsd], env, listens: [AUTHORITY] },
    { name: 'unbound', command: [program('unbound'), '-d', '-c', unbound], env, listens: [RESOLVER] },
  ]
}

function nsdConfiguration(folder: string, { zones }: SignedWorld): string {
  const served = zones
    .filter(zone => !zone.silent)
    .map(zone => `zone:\n  name: "${zone.name}"\n  zonefile: "${zone.file}"\n`)
  return `server:
  ip-address: ${AUTHORITY.address}@${AUTHORITY.port}
  do-ip6: no
  username: ""
  chroot: ""
  zonesdir: "${folder}"
  database: ""
  pidfile: "${folder}/nsd.pid"
  xfrdfile: "${folder}/nsd.xfrd"
  xfrdir: "${folder}"
  zonelistfile: "${folder}/nsd.list"
  server-count: 1
  # what is longer comes truncated over UDP
  ipv4-edns-size: 1232
  minimal-responses: yes
  # tests ask the same name often
  rrl-ratelimit: 0
remote-control:
  control-enable: no
${served.join('')}`
}

function unboundConfiguration(folder: string, { zones, anchorFile }: SignedWorld): string {
  const at = (place: typeof AUTHORITY): string => `${place.address}@${place.port}`
  // A delegation cannot name a port, so unbound is told where each zone is.
  const stubs = zones.map(
    zone => `stub-zone:\n  name: "${zone.name}"\n  stub-addr: ${at(zone.silent ? NOBODY : AUTHORITY)}\n`,
  )
  return `server:
  interface: ${at(RESOLVER)}
  port: ${RESOLVER.port}
  do-ip6: no
  username: ""
  chroot: ""
  directory: "${folder}"
  pidfile: ""
  logfile: ""
  use-syslog: no
  verbosity: 1
  num-threads: 1
  access-control: 127.0.0.0/8 allow
  module-config: "validator iterator"
  trust-anchor-file: "${anchorFile}"
  trust-anchor-signaling: no
  root-key-sentinel: no
  do-not-query-localhost: no
  local-zone: "test." nodefault
  local-zone: "127.in-addr.arpa." nodefault
  qname-minimisation: no
  aggressive-nsec: no
  # what is longer comes truncated over UDP
  edns-buffer-size: 1232
  max-udp-size: 1232
  val-max-restart: 1
  infra-host-ttl: 5
  cache-max-negative-ttl: 5
remote-control:
  control-enable: no
${stubs.join('')}`
}
