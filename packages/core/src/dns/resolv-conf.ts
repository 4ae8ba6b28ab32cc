/**
 * resolv.conf: the servers that the system uses. resolv.conf(5)
 *
 * Policy. Without a file or without servers in it, the one on this machine, as libc does. `options trust-ad` is believed:
 * it is the administrator's word that these servers validate and that the way to them is safe.
 */
import { readFileSync } from 'node:fs'
import { isIP } from 'node:net'

export interface ResolvConf {
  readonly servers: readonly string[]
  readonly trustAd: boolean
}

const LIBC_DEFAULT = '127.0.0.1'
/** MAXNS */
const MAX_SERVERS = 3

/** Never throws: what is not understood is left out. */
export function parseResolvConf(text: string): ResolvConf {
  const servers: string[] = []
  let trustAd = false
  for (const line of text.split(/\r?\n/)) {
    const [keyword, ...words] = line
      .replace(/[#;].*$/, '')
      .trim()
      .split(/\s+/)
    const [first = ''] = words
    if (keyword === 'nameserver' && isIP(first) !== 0 && servers.length < MAX_SERVERS) {
      servers.push(first.includes(':') ? `[${first}]` : first)
    }
    if (keyword === 'options' && words.includes('trust-ad')) trustAd = true
  }
  return { servers: servers.length > 0 ? servers : [LIBC_DEFAULT], trustAd }
}

export function readResolvConf(path = '/etc/resolv.conf'): ResolvConf {
  try {
    return parseResolvConf(readFileSync(path, 'utf8'))
  } catch {
    // No such file on this system: the default of libc.
    return parseResolvConf('')
  }
}
