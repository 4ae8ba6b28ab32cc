/**
 * ProxyHeader: the PROXY protocol, version 1 (text) and 2 (binary), before the first octet of a connection.
 *
 * Policy. Only a proxy that is listed is believed, and from it a header is expected: a connection of a listed address
 * without one is refused. `LOCAL` and `UNKNOWN` keep the proxy's own address (health checks).
 *
 * Not here: who is listed (listener.ts). https://www.haproxy.org/download/3.0/doc/proxy-protocol.txt
 */
import type { Buffer } from 'node:buffer'
import { isIP } from 'node:net'

export type ProxyHeader =
  /** `length` octets belong to the header. */
  | {
      readonly kind: 'header'
      readonly length: number
      readonly source?: { readonly address: string; readonly port: number }
    }
  | { readonly kind: 'incomplete' }
  | { readonly kind: 'invalid' }

const SIGNATURE_V2 = '\r\n\r\n\0\r\nQUIT\n'
const V2_FIXED_BYTES = 16
/** §2.1: the longest header of version 1. */
const V1_MOST_BYTES = 107
/** Addresses and all options of a sane proxy. */
const V2_MOST_BYTES = 4096

const INCOMPLETE: ProxyHeader = { kind: 'incomplete' }
const INVALID: ProxyHeader = { kind: 'invalid' }

export function readProxyHeader(bytes: Buffer): ProxyHeader {
  const begin = bytes.toString('latin1', 0, SIGNATURE_V2.length)
  if (SIGNATURE_V2.startsWith(begin)) return begin.length < SIGNATURE_V2.length ? INCOMPLETE : readVersion2(bytes)
  const wanted = 'PROXY '
  if (begin.startsWith(wanted) || wanted.startsWith(begin)) return readVersion1(bytes)
  return INVALID
}

function readVersion1(bytes: Buffer): ProxyHeader {
  const end = bytes.subarray(0, V1_MOST_BYTES).indexOf('\r\n')
  if (end < 0) return bytes.length >= V1_MOST_BYTES ? INVALID : INCOMPLETE
  const [, family, source = '', , port = '', , ...rest] = bytes.toString('latin1', 0, end).split(' ')
  const length = end + 2
  if (family === 'UNKNOWN') return { kind: 'header', length }
  if (rest.length > 0 || (family !== 'TCP4' && family !== 'TCP6')) return INVALID
  if (isIP(source) !== (family === 'TCP4' ? 4 : 6) || !isPort(port)) return INVALID
  return { kind: 'header', length, source: { address: source, port: Number(port) } }
}

function readVersion2(bytes: Buffer): ProxyHeader {
  if (bytes.length < V2_FIXED_BYTES) return INCOMPLETE
  const version = bytes[12]! >> 4
  const command = bytes[12]! & 15
  const size = bytes.readUInt16BE(14)
  const length = V2_FIXED_BYTES + size
  if (version !== 2 || command > 1 || length > V2_MOST_BYTES) return INVALID
  if (bytes.length < length) return INCOMPLETE
  if (command === 0) return { kind: 'header', length }
  // Family and transport: 0x11 is TCP over IPv4, 0x21 over IPv6; others carry no address we could use.
  const family = bytes[13]
  if (family === 0x11 && size >= 12)
    return { kind: 'header', length, source: { address: v4(bytes), port: bytes.readUInt16BE(24) } }
  if (family === 0x21 && size >= 36)
    return { kind: 'header', length, source: { address: v6(bytes), port: bytes.readUInt16BE(48) } }
  return family === 0x11 || family === 0x21 ? INVALID : { kind: 'header', length }
}

function v4(bytes: Buffer): string {
  return [...bytes.subarray(16, 20)].join('.')
}

function v6(bytes: Buffer): string {
  return Array.from({ length: 8 }, (_, group) => bytes.readUInt16BE(16 + group * 2).toString(16)).join(':')
}

function isPort(text: string): boolean {
  return /^\d{1,5}$/.test(text) && Number(text) <= 65535
}
