/**
 * Unpack: the one file in a gzip or a zip archive, never more of it than was said.
 *
 * Policy. What it is, its first octets say, not its name. A small archive can hold a very large file: unpacking stops at the
 * bound, whatever sizes the archive claims. Of a zip the first entry that is a file counts. RFC 1952, RFC 1951; APPNOTE.TXT §4.3.
 */
import type { Buffer } from 'node:buffer'
import { createRequire } from 'node:module'
import type { gunzipSync, inflateRawSync } from 'node:zlib'

export function isGzip(bytes: Buffer): boolean {
  return bytes[0] === 0x1f && bytes[1] === 0x8b
}

export function isZip(bytes: Buffer): boolean {
  return bytes.length > 30 && bytes.readUInt32LE(0) === 0x04034b50
}

/** @throws what says why it cannot be unpacked; the bytes themselves when they are no archive */
export function unpack(bytes: Buffer, mostBytes: number): Buffer {
  if (isGzip(bytes)) return gunzip(bytes, mostBytes)
  return isZip(bytes) ? unzip(bytes, mostBytes) : bytes
}

/** Few who import the package unpack anything: zlib is loaded for those who do. */
function zlib(): { readonly gunzipSync: typeof gunzipSync; readonly inflateRawSync: typeof inflateRawSync } {
  return createRequire(import.meta.url)('node:zlib')
}

/** Some put a line end behind it, which is no further member: then the first alone counts. RFC 1952 §2.2, §2.3 */
function gunzip(bytes: Buffer, mostBytes: number): Buffer {
  const options = { maxOutputLength: mostBytes }
  try {
    return zlib().gunzipSync(bytes, options)
  } catch (error) {
    if ((error as { readonly code?: unknown }).code !== 'Z_DATA_ERROR') throw error
    return zlib().inflateRawSync(bytes.subarray(memberStart(bytes)), options)
  }
}

function memberStart(bytes: Buffer): number {
  const flags = bytes[3] ?? 0
  let at = 10
  if ((flags & 4) !== 0) at += 2 + (bytes[at] ?? 0) + 256 * (bytes[at + 1] ?? 0)
  // Name and comment end with a zero.
  for (const flag of [8, 16]) if ((flags & flag) !== 0) at = bytes.indexOf(0, at) + 1 || bytes.length
  return (flags & 2) === 0 ? at : at + 2
}

const ENTRY = 0x04034b50
const STORED = 0
const DEFLATED = 8

/** Local file header: APPNOTE §4.3.7. */
function unzip(bytes: Buffer, mostBytes: number): Buffer {
  for (let at = 0; at + 30 <= bytes.length && bytes.readUInt32LE(at) === ENTRY; ) {
    const [method, size] = [bytes.readUInt16LE(at + 8), bytes.readUInt32LE(at + 18)]
    const nameEnd = at + 30 + bytes.readUInt16LE(at + 26)
    const start = nameEnd + bytes.readUInt16LE(at + 28)
    const isFolder = nameEnd > at + 30 && bytes[nameEnd - 1] === 0x2f
    if (isFolder) {
      at = start + size
      continue
    }
    // The size may stand behind the data: a deflated stream knows its own end.
    if (method === DEFLATED) return zlib().inflateRawSync(bytes.subarray(start), { maxOutputLength: mostBytes })
    if (method !== STORED) throw new Error(`a zip entry with the method ${method}`)
    return bytes.subarray(start, start + Math.min(size, mostBytes))
  }
  throw new Error('a zip without a file')
}
