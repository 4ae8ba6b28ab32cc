/** What anyone may say about the message, told by the meaning of the words (wording/). */
import { MINUTE, type ReplyRule } from '../rule.ts'
import { WORDS } from './sources.ts'

export const MESSAGE_RULES: readonly ReplyRule[] = [
  {
    id: 'words.loop',
    says: ['loop'],
    code: 'bad-destination',
    scope: 'message',
    permanence: 'by-code',
    remedy: 'route.loop',
    source: 'RFC 5321 §6.3',
  },
  {
    id: 'words.malformed',
    says: ['malformed'],
    code: 'message-malformed',
    scope: 'message',
    permanence: 'by-code',
    remedy: 'message.lint',
    source: 'RFC 5322 §3.6',
  },
  {
    id: 'words.too-large',
    says: ['too-large'],
    code: 'message-too-large',
    scope: 'message',
    permanence: 'by-code',
    remedy: 'message.size',
    source: 'RFC 1870 §6.3',
  },
  {
    // Without a word of greylisting, a stated wait at RCPT is what greylisting looks like; with another cause, it is that.
    id: 'words.come-back-in',
    says: ['come-back-in'],
    unless: ['overloaded'],
    codes: [45],
    stages: ['rcpt', 'data', 'body', 'final-dot'],
    code: 'greylisted',
    scope: 'recipient',
    permanence: 'transient',
    retryAfterMs: 5 * MINUTE,
    source: WORDS,
  },
]
