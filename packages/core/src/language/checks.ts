/**
 * Checks: every check there is, with what it asks and why anyone should care. docs/checks.md is made from it.
 *
 * Policy. Ids are API: the gate, the relay's refusals and the doctor quote them. A new check gets a new id; an id never
 * changes its meaning. The order is the order of a report.
 */
import { inLanguage } from './speaker.ts'

/** What a check looks at, and why. */
export interface CheckText {
  /** The question, as a statement that is true when all is well. */
  readonly title: string
  /** What happens when it is not. */
  readonly why: string
}

export const CHECKS = {
  'auth.spf-or-dkim': {
    title: 'SPF or DKIM passes',
    why: 'Gmail refuses mail that passes neither (550 5.7.26); others file it as spam.',
  },
  'spf.exists': {
    title: 'The envelope domain has an SPF record',
    why: 'Without one no receiver can tell our server from a forger; bulk senders are refused.',
  },
  'spf.one-record': {
    title: 'There is exactly one SPF record',
    why: 'Two records are a permanent error (RFC 7208 §3.2): receivers ignore both.',
  },
  'spf.syntax': {
    title: 'The SPF record can be read',
    why: 'One wrong term makes the whole record a permanent error (RFC 7208 §4.6).',
  },
  'spf.includes': {
    title: 'Every record that SPF includes can be read',
    why: 'An include without a record is a permanent error for every sender that no term before it matches.',
  },
  'spf.lookups': {
    title: 'The SPF record costs at most 10 look-ups, 2 of them void',
    why: 'Beyond that receivers stop and say permanent error (RFC 7208 §4.6.4), for some senders and not for others.',
  },
  'spf.covers-egress': {
    title: 'SPF passes for every address that we send from',
    why: 'A fail is refused outright by many; Gmail answers 550 5.7.26 or 5.7.27.',
  },
  'spf.all': {
    title: 'The SPF record ends with -all or ~all',
    why: 'With +all, or a network of half the internet, every host passes, and filters hold it against the domain; without -all or ~all SPF protects nothing.',
  },
  'spf.ptr': {
    title: 'The SPF record has no ptr',
    why: 'It should not be published (RFC 7208 §5.5): it is slow, and large receivers skip it or say permanent error.',
  },
  'dkim.configured': {
    title: 'A key signs mail of this From domain',
    why: 'Unsigned mail breaks DMARC as soon as it is forwarded, and bulk senders must sign.',
  },
  'dkim.published': {
    title: 'The public key of each selector is published',
    why: 'A signature without a key fails (Gmail 5.7.30); it is worth less than none.',
  },
  'dkim.testing': {
    title: 'The published key is not marked as a test',
    why: 'A verifier must not treat mail of a key in testing other than unsigned mail (RFC 6376 §3.6.1).',
  },
  'dkim.matches': {
    title: 'The published key is the key that signs',
    why: 'A signature by another key fails, as if the message had been changed.',
  },
  'dkim.verifies': {
    title: 'A message that is signed now verifies',
    why: 'Signer, published key and receiver have to agree; a signature that fails is worth less than none.',
  },
  'dkim.length': {
    title: 'Keys are long enough',
    why: 'Receivers ignore keys under 1024 bits (RFC 8301 §3.2) and trust 2048.',
  },
  'dmarc.exists': {
    title: 'The From domain has a DMARC record',
    why: 'Gmail, Yahoo and Microsoft demand one of bulk senders (550 5.7.40, 5.7.515).',
  },
  'dmarc.one-record': {
    title: 'There is exactly one DMARC record',
    why: 'Several count as none (RFC 9989 §4.10).',
  },
  'dmarc.syntax': {
    title: 'The DMARC record can be read',
    why: 'A record that cannot be read counts as none.',
  },
  'dmarc.alignment': {
    title: 'From aligns with the signature or the envelope domain',
    why: 'Without alignment DMARC fails whatever passes; under quarantine or reject the message is lost.',
  },
  'dmarc.policy': {
    title: 'The DMARC policy is reject',
    why: 'p=none only watches: forgers of the domain are still delivered.',
  },
  'dmarc.reports': {
    title: 'DMARC reports go to a mailbox that takes them',
    why: 'Without reports nobody sees which mail of the domain fails, and the policy cannot be raised safely.',
  },
  'spf.helo': {
    title: 'SPF passes for the EHLO name',
    why: 'Notices have no reverse-path, so this name is judged instead (RFC 7208 §2.4); a fail is held against all mail.',
  },
  'host.helo': {
    title: 'The EHLO name can be looked up',
    why: 'Many refuse names without a dot, with odd characters, or of a local network (Gmail: 501 5.5.4).',
  },
  'host.clock': {
    title: 'The clock is right',
    why: 'Mail dated in the future counts against the sender, and certificates and signatures depend on the clock.',
  },
  'host.resolves': {
    title: 'The EHLO name has the addresses that we send from',
    why: 'A name in EHLO without an address is refused by strict hosts (RFC 5321 §4.1.1.1).',
  },
  'host.ptr': {
    title: 'Every address that we send from has a PTR record',
    why: 'Gmail refuses mail without one (550 5.7.25), and so do many others; IPv6 is judged harder than IPv4.',
  },
  'host.ptr-confirmed': {
    title: 'The PTR name leads back to the address',
    why: 'A PTR that nothing confirms can be forged; Gmail and Yahoo treat it as none.',
  },
  'host.ptr-generic': {
    title: 'The PTR name is not generic',
    why: 'Yahoo and many blocklists refuse names that are made from the address.',
  },
  'host.ptr-equals-helo': {
    title: 'PTR and EHLO are the same name',
    why: 'Small hosts compare them; a difference costs points in spam filters.',
  },
  'egress.known': {
    title: 'The public addresses of this host are known',
    why: 'SPF and PTR can only be judged for addresses that are known.',
  },
  'egress.bindable': {
    title: 'This machine has every address that mail leaves from',
    why: 'Nothing leaves from an address that the machine has lost: its mail takes another one, or waits.',
  },
  'egress.port-25': {
    title: 'Mail hosts can be reached on port 25',
    why: 'Many providers block it until asked; then no mail leaves, whatever else is right.',
  },
  'dns.resolver': {
    title: 'The resolver validates DNSSEC',
    why: 'DANE is used for delivery only where a validating resolver on this host says so; blocklists refuse public resolvers.',
  },
  'domain.own': {
    title: 'You can publish records for the sender domain',
    why: 'A public suffix, an address or a number in place of a domain can have no SPF, no key and no MX of the sender: nobody can tell it from a forger, or answer it.',
  },
  'domain.exists': {
    title: 'The sender domain exists',
    why: 'Receivers refuse senders of domains that do not exist.',
  },
  'domain.not-alias': {
    title: 'The sender domain has records of its own',
    why: 'A CNAME stands alone (RFC 1034 §3.6.2): beside it the SPF, MX and SOA records of the domain are not seen, or only by some.',
  },
  'domain.dnssec': {
    title: 'DNSSEC of our domains validates',
    why: 'Where the proof fails, a receiver that validates finds nothing at all: no SPF, no key, no host, and may refuse for it.',
  },
  'domain.soa': {
    title: 'The sender domain has an SOA record',
    why: 'Yahoo demands one of the domains in MAIL FROM and From.',
  },
  'mx.exists': {
    title: 'The sender domain can receive mail',
    why: 'Bounces and replies come back there; many receivers refuse a sender that cannot be answered.',
  },
  'mx.not-null': {
    title: 'The sender domain has no null MX',
    why: 'A null MX says that no mail is taken; a sender with one may be refused (RFC 7505 §4.2).',
  },
  'mx.not-address': {
    title: 'The MX names a host, not an address',
    why: 'An address in an MX leads nowhere (RFC 5321 §5.1); replies and bounces are lost.',
  },
  'mx.not-alias': {
    title: 'The MX names a host, not an alias',
    why: 'An MX must not be a CNAME (RFC 2181 §10.3); some servers do not deliver there.',
  },
  'mx.resolves': {
    title: 'The mail host of the sender domain has a public address',
    why: 'Without one replies and bounces cannot be delivered.',
  },
  'mx.mailboxes': {
    title: 'The return path and postmaster have a mailbox',
    why: 'Bounces and complaints come back there (RFC 5321 §4.5.1); senders that cannot be reached lose trust.',
  },
  'return-path.mx': {
    title: 'The domain of the return addresses has an MX',
    why: 'Bounces, complaints and unsubscribing mails come to returnPath.domain; without a host they vanish.',
  },
  'return-path.receives': {
    title: 'Its mail host takes what comes back, and nothing else',
    why: 'Bounces that nobody takes are lost, and addresses that are gone are mailed for ever; a host that takes everything makes backscatter.',
  },
  'return-path.spf': {
    title: 'SPF passes for the domain of the return addresses',
    why: 'It is the MAIL FROM of our mail: its SPF is judged, not that of the From domain.',
  },
  'return-path.aligned': {
    title: 'The return addresses align with From',
    why: 'Otherwise SPF does not count for DMARC, and everything rests on the DKIM signature.',
  },
  'mta-sts.record': {
    title: 'There is one valid MTA-STS record',
    why: 'It makes others deliver to the domain over verified TLS only (RFC 8461); a wrong record is ignored.',
  },
  'mta-sts.policy': {
    title: 'The MTA-STS policy lists every mail host',
    why: 'Senders that obey an enforced policy deliver to no host that it does not list.',
  },
  'tlsrpt.record': {
    title: 'There is one valid TLSRPT record',
    why: 'Without these reports you do not learn when others cannot deliver securely (RFC 8460).',
  },
  'tlsa.usable': {
    title: 'TLSA records of the mail hosts can be used',
    why: 'A record of the wrong kind, or in an unsigned zone, protects nothing (RFC 7672 §3.1).',
  },
  'tlsa.matches': {
    title: 'The certificates of the mail hosts match their TLSA records',
    why: 'Senders that use DANE deliver nothing to a host whose certificate has no record.',
  },
  'tlsa.rollover': {
    title: 'The TLSA record of the next key is published before the key is used',
    why: 'DNS answers are cached: a record that is published together with a new key comes too late for some (RFC 7671 §8).',
  },
  'mta-sts.certificate': {
    title: 'The certificates of the mail hosts satisfy MTA-STS',
    why: 'Under mode enforce nothing is delivered to a host whose certificate is not trusted or for another name.',
  },
  'message.one-author': {
    title: 'The message has one author',
    why: 'RFC 5322 allows several; Gmail refuses them, because DMARC knows of one only.',
  },
  'reputation.dnsbl': {
    title: 'Neither our addresses nor the sender domain are on a blocklist',
    why: 'Most receivers refuse listed addresses outright, and mail that names a listed domain is spam to them.',
  },
} as const

/** The name of a check. */
export type CheckId = keyof typeof CHECKS

/** What large receivers demand of a sender, by what it is about (preflight/checks/providers.ts). */
export const DEMANDS = {
  ptr: 'PTR of every address, forward-confirmed, IPv6 too',
  'spf-and-dkim': 'SPF and DKIM pass',
  dmarc: 'DMARC record, From aligned',
  tls: 'TLS for every delivery',
  form: 'RFC 5322 form, one author: each message is looked at when it is sent',
  unsubscribe: 'One-click unsubscribe in marketing mail (RFC 8058)',
  'not-listed': 'Not on blocklists',
  'spf-or-dkim': 'SPF or DKIM passes (everyone)',
  'spf-and-dkim-bulk': 'SPF and DKIM pass (5,000 a day)',
  'dmarc-bulk': 'DMARC record, From aligned (5,000 a day)',
  'key-length': 'DKIM key of 1024 bits, better 2048',
  'spam-rate-postmaster-tools': 'Spam rate under 0.3 %, better 0.1 %: see Postmaster Tools',
  'ptr-not-generic': 'PTR that is not generic, forward-confirmed',
  'soa-and-mx': 'SOA and mail host of the sender domain',
  'spam-rate-feedback-loop': 'Spam rate under 0.3 %: see the Complaint Feedback Loop',
  'few-complaints': 'Few complaints: see SNDS and JMRP',
  'unsubscribe-advised': 'A way to unsubscribe (recommended)',
  'few-a-day': 'Few messages per address and day at first',
  'few-a-connection': 'Few messages per connection',
  'unsubscribe-bulk': 'One-click unsubscribe in marketing mail (RFC 8058) (5,000 a day)',
  'unsubscribe-in-2-days': 'One-click unsubscribe in marketing mail (RFC 8058), honoured in 2 days',
} as const

/** In the language of this process. */
export function checkText(id: keyof typeof CHECKS): CheckText {
  const { title, why } = CHECKS[id]
  return { title: inLanguage(CHECKS, `${id}.title`, title), why: inLanguage(CHECKS, `${id}.why`, why) }
}
