/**
 * Senders: whom a command is about when the command line does not say: the domains that are signed for.
 */
import type { RelayConfig } from '@postrider/relay'

/** The domains that mail is sent from: those with keys, those of the relay, else the one the host name is in. */
export function sendingDomains({ options, relay }: RelayConfig): readonly string[] {
  const domains = [...new Set([...options.dkim.map(key => key.domain as string), ...relay.domains])]
  return domains.length > 0 ? domains : [parentOf(options.hostname)]
}

/** An address as it is, a domain as its postmaster. */
export function senderOf(text: string): string {
  return text.includes('@') ? text : `postmaster@${text}`
}

/** `mail.example.com` sends for example.com. */
function parentOf(hostname: string): string {
  const labels = hostname.split('.')
  return labels.length > 2 ? labels.slice(1).join('.') : hostname
}
