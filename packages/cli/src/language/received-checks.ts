/**
 * Catalogue: what is judged of a received copy, beside the checks of the sender (core) and of this host (checkup/).
 */
import { inLanguage } from '@postrider/core/language'

export interface ReceivedCheckText {
  readonly title: string
  readonly why: string
}

export const RECEIVED_CHECKS = {
  'received.spf': {
    title: 'SPF passed at the receiver',
    why: 'It tells which address the receiver saw; forwarding breaks it, which is why DKIM is needed besides.',
  },
  'received.dkim': {
    title: 'A DKIM signature passed at the receiver',
    why: 'A signature that fails there was changed on the way, or its key is not the published one.',
  },
  'received.dmarc': {
    title: 'DMARC passed at the receiver',
    why: 'It is what receivers act upon: without it the policy of the domain applies to the message.',
  },
  'received.tls': {
    title: 'The message was handed over with TLS',
    why: 'Gmail marks mail that came without it, and everyone on the way can read it.',
  },
  'received.arc': {
    title: 'Forwarders kept the authentication results (ARC)',
    why: 'With ARC (RFC 8617) a receiver can believe results from before a mailing list changed the message.',
  },
  'received.spam': {
    title: 'The receiver’s filter did not call it spam',
    why: 'A message can pass every check and still be filed as spam, for its content or its sender’s reputation.',
  },
  'received.delay': {
    title: 'It arrived without delay',
    why: 'A long stop at one hop is greylisting, a full queue, or a wrong clock.',
  },
} as const
RECEIVED_CHECKS satisfies Readonly<Record<string, ReceivedCheckText>>

export type ReceivedCheckId = keyof typeof RECEIVED_CHECKS

/** In the language of this process. */
export function receivedCheckText(id: ReceivedCheckId): ReceivedCheckText {
  const { title, why } = RECEIVED_CHECKS[id]
  return {
    title: inLanguage(RECEIVED_CHECKS, `${id}.title`, title),
    why: inLanguage(RECEIVED_CHECKS, `${id}.why`, why),
  }
}
