/** Received: what is said of a copy that arrived. */
import { inLanguage, type Say, speaker } from '@postrider/core/language'

export const RECEIVED = {
  'received.dkim.wanted.from': 'the From domain',
  'received.dkim.fix.sign': 'sign with a key of {from}: postrider keygen {from}',
  'received.dkim.fix.changed':
    'postrider doctor {from} --only dkim; if that is green, something on the way changed the message',
  'received.found.no-results': 'there is no Authentication-Results field; paste the whole header ("show original")',
  'received.found.not-told': 'Authentication-Results of {receiver} does not say',
  'received.the-receiver': 'the receiver',
  'received.tls.wanted': 'TLS 1.2 or 1.3 at the hop to the receiver',
  'received.tls.found.none': 'no Received field says it',
  'received.tls.found': 'from {from} by {by} with {protocol}, TLS: {tls}',
  'received.tls.no-protocol': 'an unknown protocol',
  'received.arc.found': '{sets} ARC sets ({chain}), chain {cv}{verdict}',
  'received.arc.wanted': 'no forwarder, or an unbroken chain',
  'received.spam.wanted': 'not spam',
  'received.spam.fix':
    'postrider doctor; then look at the content: links, images without text, a subject that shouts; and send little at first',
  'received.delay.found': '{total} s from the first hop to the last, the longest wait before {host}',
  'received.delay.fix': 'postrider explain ID says what the receiver answered at each attempt',
  'received.delay.wanted': 'a few seconds',
  'spam.level': 'spam confidence level {level}',
  'spam.no-level': 'none',
  'spam.level-and-category': 'spam confidence level {level}, category {category} ({meaning})',
  'spam.other-category': 'other',
  'spam.moved': 'moved to {folder}',
} as const

/** Of Microsoft, by the code in CAT=. */
export const SPAM_CATEGORIES: Readonly<Record<string, string>> = {
  NONE: 'clean',
  SPM: 'spam',
  HSPM: 'spam, high confidence',
  PHSH: 'phishing',
  HPHSH: 'phishing, high confidence',
  BULK: 'bulk mail',
  SPOOF: 'spoofing',
  MALW: 'malware',
  UIMP: 'user impersonation',
  DIMP: 'domain impersonation',
}

export const say: Say<typeof RECEIVED> = speaker(RECEIVED)

/** In the language of this process; undefined for one that is not known. */
export function spamCategory(category: string): string | undefined {
  const meaning = SPAM_CATEGORIES[category]
  return meaning === undefined ? undefined : inLanguage(SPAM_CATEGORIES, category, meaning)
}
