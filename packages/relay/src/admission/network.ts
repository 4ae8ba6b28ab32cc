/**
 * Network: lists of networks such as `10.0.0.0/8`, for clients that need no login and for proxies that may say whom they
 * speak for.
 *
 * Policy. A list of trusted networks that covers the internet, or a large part of it, is a mistake that makes an open
 * relay, so it is refused at start: outside the private ranges an IPv4 network must be a /16 or smaller and an IPv6 network
 * a /32 or smaller, and together they must not be more than 2^20 IPv4 addresses.
 */
import { BlockList, isIP } from 'node:net'
import { type MailerError, wrongValue } from '@postrider/core'

interface Network {
  readonly text: string
  readonly address: string
  readonly bits: number
  readonly family: 'ipv4' | 'ipv6'
}

/** RFC 6890: ranges that nobody outside can come from. */
const PRIVATE = ['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', '127.0.0.0/8', '169.254.0.0/16', '100.64.0.0/10']
const PRIVATE_V6 = ['fc00::/7', 'fe80::/10', '::1/128']
const MOST_PUBLIC_V4 = 2 ** 20

/** Whether an address is in one of the networks. */
export type InNetwork = (address: string) => boolean

/** @throws {MailerError} `invalid-option` naming the entry that is no network */
export function networkList(entries: readonly string[], where: string): InNetwork {
  if (entries.length === 0) return () => false
  const list = blockList(entries.map(entry => parseNetwork(entry, where)))
  return address => {
    const plain = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address)?.[1] ?? address
    const family = isIP(plain)
    return family !== 0 && list.check(plain, family === 4 ? 'ipv4' : 'ipv6')
  }
}

/** A list of networks that may relay without login. @throws {MailerError} `invalid-option` when it covers too much */
export function trustedNetworks(entries: readonly string[], where: string): InNetwork {
  const privateRanges = blockList([...PRIVATE, ...PRIVATE_V6].map(entry => parseNetwork(entry, where)))
  let publicV4 = 0
  for (const entry of entries) {
    const network = parseNetwork(entry, where)
    if (/^::ffff:/i.test(network.address) || network.address === '::') throw tooWide(entry, where)
    if (isInside(network, privateRanges)) continue
    if (network.bits < (network.family === 'ipv4' ? 16 : 32)) throw tooWide(entry, where)
    if (network.family === 'ipv4') publicV4 += 2 ** (32 - network.bits)
  }
  if (publicV4 > MOST_PUBLIC_V4) throw tooWide(entries.join(', '), where)
  return networkList(entries, where)
}

function parseNetwork(text: string, where: string): Network {
  const [address = '', bitsText, ...rest] = text.trim().split('/')
  const family = isIP(address)
  const most = family === 4 ? 32 : 128
  const bits = bitsText === undefined ? most : /^\d{1,3}$/.test(bitsText) ? Number(bitsText) : -1
  if (family === 0 || rest.length > 0 || bits < 0 || bits > most) {
    throw wrongValue('invalid-option', {
      where,
      found: JSON.stringify(text),
      wanted: 'an address or a network, such as 192.168.0.0/24 or fd00::/8',
      fix: 'correct the entry',
    })
  }
  return { text, address, bits, family: family === 4 ? 'ipv4' : 'ipv6' }
}

/** What was wanted, when a text is no network. */
export function networkProblem(text: string): string | undefined {
  try {
    parseNetwork(text, 'network')
    return undefined
  } catch (error) {
    // It throws for this alone.
    return (error as MailerError).wanted
  }
}

/** Private ranges are wider than /7, so a network that begins in one and is not wider than it lies inside it. */
function isInside(network: Network, ranges: BlockList): boolean {
  const widest = network.family === 'ipv4' ? 8 : 7
  if (network.bits < widest || !ranges.check(network.address, network.family)) return false
  return ranges.check(lastAddress(network), network.family)
}

function lastAddress({ address, bits, family }: Network): string {
  if (family === 'ipv4') {
    const value = address.split('.').reduce((sum, octet) => sum * 256 + Number(octet), 0)
    const size = 2 ** (32 - bits)
    const last = Math.floor(value / size) * size + size - 1
    return [24, 16, 8, 0].map(shift => Math.floor(last / 2 ** shift) % 256).join('.')
  }
  const groups = expandV6(address)
  return groups
    .map((group, index) => {
      const kept = Math.min(Math.max(bits - index * 16, 0), 16)
      return (group | (0xffff >> kept)).toString(16)
    })
    .join(':')
}

function expandV6(address: string): number[] {
  const dotted = /(\d+)\.(\d+)\.(\d+)\.(\d+)$/.exec(address)
  const text = dotted
    ? address.slice(0, dotted.index) +
      [0, 2].map(at => (Number(dotted[at + 1]) * 256 + Number(dotted[at + 2])).toString(16)).join(':')
    : address
  const [head = '', tail] = text.split('::')
  const before = head === '' ? [] : head.split(':')
  const after = tail ? tail.split(':') : []
  const zeros = tail === undefined ? [] : Array<string>(8 - before.length - after.length).fill('0')
  return [...before, ...zeros, ...after].map(group => Number.parseInt(group, 16))
}

function blockList(networks: readonly Network[]): BlockList {
  const list = new BlockList()
  for (const { address, bits, family } of networks) list.addSubnet(address, bits, family)
  return list
}

function tooWide(entry: string, where: string): MailerError {
  return wrongValue('invalid-option', {
    where,
    found: `${entry}, which covers so much of the internet that anyone could relay`,
    wanted: 'only networks of your own, such as 10.0.0.0/8 or 192.0.2.0/24',
    fix: 'list the addresses of the hosts that may send without login, or give them a login',
  })
}
