/**
 * A DNS record as a line of a zone file (RFC 1035 §5.1).
 *
 * Not here: how a long TXT value is split into strings of at most 255 octets (core's splitTxt).
 */

export function zoneLine(name: string, txt: readonly string[]): string {
  return `${name}. 3600 IN TXT ${txt.map(part => `"${part.replace(/["\\]/g, '\\$&')}"`).join(' ')}`
}
