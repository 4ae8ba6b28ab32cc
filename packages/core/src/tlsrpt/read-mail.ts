/**
 * ReadMail: finds the report in whatever it came in: JSON, gzip, or a mail with one of them in it. RFC 8460 §5.
 *
 * Policy. What it is, its first octets say, not its name. In a mail the part counts whose type or file name says that it is a
 * report, however deep it lies. Unpacking is bounded, because a small file can hold a very large one.
 *
 * Not here: the JSON (read-report.ts).
 */
import { Buffer } from 'node:buffer'
import { decoded, isGzip, leavesOf, unpack } from '../mime/index.ts'
import { type ReadReport, type ReportProblem, readReport } from './read-report.ts'

const MAX_BYTES = 64 * 1024 * 1024

/** Never throws. */
export function readTlsReport(bytes: Uint8Array): ReadReport | ReportProblem {
  if (!(bytes instanceof Uint8Array)) return { problem: 'it is no Uint8Array' }
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  if (isGzip(buffer)) return fromGzip(buffer)
  if (/^[\s\ufeff]*\{/.test(buffer.toString('utf8', 0, 100))) return readReport(buffer.toString('utf8'))
  const found = findReport(buffer)
  if (found === undefined)
    return { problem: 'it is neither JSON nor gzip, nor a mail that has a TLS report in it (RFC 8460 §5)' }
  return isGzip(found) ? fromGzip(found) : readReport(found.toString('utf8'))
}

function fromGzip(bytes: Buffer): ReadReport | ReportProblem {
  try {
    return readReport(unpack(bytes, MAX_BYTES).toString('utf8'))
  } catch (error) {
    return { problem: `it cannot be unpacked: ${(error as Error).message}` }
  }
}

/** The bytes of the first part that is a report. */
function findReport(mail: Buffer): Buffer | undefined {
  for (const part of leavesOf(mail, type => /^\s*message\/rfc822/i.test(type)))
    if (isReportType(part.type, part.fields.get('content-disposition') ?? '')) return decoded(part)
  return undefined
}

/** RFC 8460 §6.4, §6.5; some send it as plain gzip or octets with the file name of §5.1. */
function isReportType(type: string, disposition: string): boolean {
  if (/^\s*application\/tlsrpt\+(?:gzip|json)\b|^\s*application\/tlsrpt\b/i.test(type)) return true
  const parameters = `${type};${disposition}`
  const name = parameters.search(/\bname\*?\s*=/i)
  return name >= 0 && /\.json(?:\.gz)?\b/i.test(parameters.slice(name))
}
