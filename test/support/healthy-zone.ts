/**
 * HealthyZone: all that is published for a host and a domain that are set up well, but for the key.
 */
import { reverseName } from '@postrider/core'
import type { ZoneLiteral } from '@postrider/core/testing'

export const V4 = '203.0.113.5'
export const V6 = '2001:db8::5'
export const PTR4: string = reverseName(V4) as string
export const PTR6: string = reverseName(V6) as string
export const SPF: string = `v=spf1 ip4:${V4} ip6:${V6} -all`

/** The entries by which blocklists show that they answer. RFC 5782 §5 */
export const LISTS: ZoneLiteral = {
  '2.0.0.127.zen.spamhaus.org': { A: ['127.0.0.2', '127.0.0.4', '127.0.0.10'] },
  '2.0.0.127.bl.spamcop.net': { A: '127.0.0.2' },
  '2.0.0.127.b.barracudacentral.org': { A: '127.0.0.2' },
  '2.0.0.127.psbl.surriel.com': { A: '127.0.0.2' },
  'dbltest.com.dbl.spamhaus.org': { A: '127.0.1.2' },
  'test.uribl.com.black.uribl.com': { A: '127.0.0.2' },
}

/** @param dkim the record of the key that signs */
export function healthyZone(dkim: { readonly name: string; readonly value: string }): ZoneLiteral {
  return {
    'example.com': { SOA: 'here', MX: '10 mx.example.com', TXT: SPF },
    'mail.example.com': { A: V4, AAAA: V6, TXT: 'v=spf1 a -all' },
    'mx.example.com': { A: '203.0.113.6' },
    [PTR4]: { PTR: 'mail.example.com' },
    [PTR6]: { PTR: 'mail.example.com' },
    [dkim.name]: { TXT: dkim.value },
    '_dmarc.example.com': { TXT: 'v=DMARC1; p=reject; rua=mailto:dmarc@example.com' },
    '_mta-sts.example.com': { TXT: 'v=STSv1; id=20260101' },
    '_smtp._tls.example.com': { TXT: 'v=TLSRPTv1; rua=mailto:tls@example.com' },
    'gmail.com': { MX: '5 mx.google.test' },
    ...LISTS,
  }
}
