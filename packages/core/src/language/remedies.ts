/**
 * Remedies: what the operator of this host can look into when a receiver complains. Where a check of the doctor can see it, the
 * id is that check's, so that a failure, a refusal of preflight and the doctor speak of the same thing. The others only a
 * reply can tell, and a person has to look into them.
 */

import { inLanguage } from './speaker.ts'

export const REMEDIES = {
  'spf.covers-egress': 'Publish an SPF record for the envelope sender that covers the address we send from.',
  'dkim.matches': 'Publish the DKIM record of the key we sign with.',
  'dmarc.exists': 'Publish a DMARC record for the From domain.',
  'dmarc.alignment': 'Make SPF or DKIM pass for the From domain itself.',
  'host.ptr-confirmed': 'Give the address we send from a reverse name that resolves back to it.',
  'host.ptr-generic': 'Use an address that is not in a dynamic or generic range, or send through a smarthost.',
  'host.resolves': 'Use a HELO name that exists and resolves to the address we send from.',
  'tls.offered': 'Use TLS towards this provider.',
  'domain.exists': 'Give the sender domain MX or address records and an SOA, and no null MX.',
  'reputation.dnsbl': 'Look up our address and domain in block lists and ask for removal once the cause is gone.',
  'reputation.provider': 'Look at our reputation in the tools of the provider; send less, and to people who want it.',
  'reputation.url': 'Look up the domains of the links in the message in block lists.',
  'volume.warm-up': 'Send less at once and raise the volume slowly.',
  'message.lint': 'Correct the form of the message: one From, a Message-ID, no duplicated headers, valid MIME.',
  'message.content': 'Change the content: attachments, links or wording are refused.',
  'message.size': 'Send a link instead of a large attachment.',
  'egress.address': 'Check the local addresses we send from.',
  'egress.port-25': 'Check that port 25 to the internet is open, or send through a smarthost.',
  'egress.families': 'Send from an address of an IP version that the receiver has.',
  'route.login': 'Check the user name, password and login method of the smarthost.',
  'route.loop': 'Check MX records and routes: mail for this domain comes back to where it was.',
  'dns.resolver': 'Check the DNS servers that this host asks.',
} as const

export type Remedy = keyof typeof REMEDIES

/** In the language of this process; undefined for one that is not known. */
export function remedyText(id: string): string | undefined {
  const text = (REMEDIES as Readonly<Record<string, string>>)[id]
  return text === undefined ? undefined : inLanguage(REMEDIES, id, text)
}
