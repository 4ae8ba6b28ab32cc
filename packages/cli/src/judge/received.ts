/**
 * Received: the way of a message, hop by hop, the newest first, with what each says of TLS. RFC 5321 §4.4, RFC 3848.
 */
export interface Hop {
  readonly from: string
  readonly by: string
  /** `ESMTPS`, `LMTP`, … */
  readonly protocol: string
  /** `TLSv1.3`, `yes` where only the protocol tells it, or `no`. */
  readonly tls: string
  /** Milliseconds since 1970. */
  readonly at?: number
}

export function readReceived(value: string): Hop {
  const semicolon = value.lastIndexOf(';')
  const date = semicolon < 0 ? Number.NaN : Date.parse(value.slice(semicolon + 1).replace(/\([^)]*\)/g, ''))
  const words = semicolon < 0 ? value : value.slice(0, semicolon)
  const protocol = /\bwith\s+(?:Microsoft SMTP Server|([A-Za-z0-9-]+))/i.exec(words)?.[1]?.toUpperCase() ?? ''
  const version = /(?:\b(?:version=|using )|\()(TLSv?1(?:[._]\d)?|SSLv3)/i.exec(words)?.[1]
  const said = version
    ?.toUpperCase()
    .replace('_', '.')
    .replace(/^TLSV?/, 'TLSv')
  return {
    from: /^\s*from\s+(\S+)/i.exec(words)?.[1] ?? '',
    by: /\bby\s+(\S+)/i.exec(words)?.[1] ?? '',
    protocol,
    // RFC 3848 §2, RFC 6531 §4.3: the S of ESMTPS, ESMTPSA and UTF8SMTPS
    tls: said ?? (/^(?:UTF8)?(?:E?SMTP|LMTP)SA?$/.test(protocol) ? 'yes' : 'no'),
    ...(Number.isNaN(date) ? {} : { at: date }),
  }
}

/** The hop where the message went from our house to another one: the last that both sides of differ. */
export function handover(hops: readonly Hop[], hostname: string | undefined): Hop | undefined {
  const ours = hops.findLast(hop => hostname !== undefined && hop.from.toLowerCase() === hostname)
  return ours ?? hops.find(hop => hop.from !== '' && hop.by !== '' && house(hop.from) !== house(hop.by))
}

function house(name: string): string {
  return name.toLowerCase().replace(/\.$/, '').split('.').slice(-2).join('.')
}
