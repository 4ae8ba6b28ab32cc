/**
 * Deny network: preloaded into every test run (`--import`), so that nothing leaves the loopback interface unseen.
 *
 * Policy. A TCP connection, a UDP packet or a question to the system's resolver that would go elsewhere fails at once, and
 * the process that tried ends with exit code 1 even if the code under test swallowed the error.
 */
import dgram from 'node:dgram'
import dns from 'node:dns'
import { syncBuiltinESMExports } from 'node:module'
import net from 'node:net'

const offences: string[] = []

class NetworkDenied extends Error {
  override readonly name: string = 'NetworkDenied'
  readonly code: string = 'EACCES'
}

const loopback = new net.BlockList()
loopback.addSubnet('127.0.0.0', 8, 'ipv4')
loopback.addAddress('::1', 'ipv6')
loopback.addSubnet('::ffff:127.0.0.0', 104, 'ipv6')

function stays(host: string): boolean {
  const family = net.isIP(host)
  return family === 0 ? host === 'localhost' || host === '' : loopback.check(host, family === 6 ? 'ipv6' : 'ipv4')
}

function deny(what: string): NetworkDenied {
  const error = new NetworkDenied(`a test may only touch loopback: ${what}`)
  const caller = (error.stack ?? '')
    .split('\n')
    .filter(line => line.includes('file://') && !line.includes('deny-network'))
  offences.push([error.message, ...caller.slice(0, 6)].join('\n'))
  return error
}

process.on('exit', () => {
  if (offences.length === 0) return
  process.stderr.write(`\n${offences.join('\n')}\n`)
  process.exitCode = 1
})

interface Target {
  readonly host?: string
  readonly path?: string
  readonly lookup?: net.LookupFunction
}

/** `connect(port, host)`, `connect(options)`, `connect(path)`, or the array of those that net.connect makes of them. */
function targetOf(first: unknown, second: unknown): Target {
  if (Array.isArray(first)) return targetOf(first[0], first[1])
  if (typeof first === 'object' && first !== null) return first as Target
  if (typeof first === 'string' && !/^\d+$/.test(first)) return { path: first }
  return typeof second === 'string' ? { host: second } : {}
}

const connect = net.Socket.prototype.connect
net.Socket.prototype.connect = function (this: net.Socket, ...args: unknown[]): net.Socket {
  const target = targetOf(args[0], args[1])
  const host = target.host ?? 'localhost'
  if (target.path === undefined && !stays(host)) {
    if (net.isIP(host) !== 0 || target.lookup === undefined) {
      const error = deny(`connect to ${host}`)
      process.nextTick(() => this.destroy(error))
      return this
    }
    guardLookup(target as { lookup: net.LookupFunction })
  }
  return Reflect.apply(connect, this, args) as net.Socket
} as typeof connect

/** A name that the caller resolves himself may lead to loopback; what his lookup answers decides. */
function guardLookup(target: { lookup: net.LookupFunction }): void {
  const lookup = target.lookup
  target.lookup = (hostname, options, callback) =>
    lookup(hostname, options, (error, address, family) => {
      const addresses = Array.isArray(address) ? address.map(each => each.address) : [address]
      const foreign = error ? undefined : addresses.find(each => !stays(each))
      if (foreign === undefined) callback(error, address, family)
      else callback(deny(`connect to ${hostname} (${foreign})`), '', 0)
    })
}

type Anything = (...args: unknown[]) => unknown

function patch(object: object, name: string, make: (original: Anything) => Anything): void {
  const original: unknown = Reflect.get(object, name)
  if (typeof original === 'function') Reflect.set(object, name, make(original as Anything))
}

for (const name of ['send', 'connect'] as const)
  patch(
    dgram.Socket.prototype,
    name,
    original =>
      function (this: dgram.Socket, ...args: unknown[]) {
        const host = args.slice(1).find(arg => typeof arg === 'string')
        if (typeof host === 'string' && !stays(host)) throw deny(`UDP ${name} to ${host}`)
        return Reflect.apply(original, this, args)
      },
  )

for (const name of ['lookup', 'lookupService'])
  for (const [object, rejects] of [
    [dns, false],
    [dns.promises, true],
  ] as const)
    patch(object, name, original => (...args) => {
      if (stays(String(args[0]))) return original(...args)
      const error = deny(`system look-up of ${args[0]}`)
      if (rejects) return Promise.reject(error)
      const callback = args.at(-1)
      if (typeof callback !== 'function') throw error
      return process.nextTick(callback as Anything, error)
    })

const questions = Object.keys(dns).filter(name => name.startsWith('resolve') || name === 'reverse')
for (const name of questions) {
  patch(dns, name, () => hostname => {
    throw deny(`system resolver asked for ${hostname}`)
  })
  patch(dns.promises, name, () => hostname => Promise.reject(deny(`system resolver asked for ${hostname}`)))
  // A resolver of one's own may ask a server on loopback.
  for (const { prototype } of [dns.Resolver, dns.promises.Resolver])
    patch(
      prototype,
      name,
      original =>
        function (this: dns.Resolver, ...args: unknown[]) {
          const foreign = this.getServers().find(
            server => !stays(server.replace(/^\[(.*)\].*$|^([\d.]+):\d+$/, '$1$2')),
          )
          if (foreign !== undefined) throw deny(`name server ${foreign} asked for ${args[0]}`)
          return Reflect.apply(original, this, args)
        },
    )
}

syncBuiltinESMExports()
