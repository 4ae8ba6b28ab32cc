/**
 * Wording: what a reply says, told by its words, in eleven languages: one vocabulary for each meaning.
 *
 * Policy. The words are those of the normalised text, so that one meaning is one pattern. What was made of a wording is
 * remembered: most replies were heard before.
 *
 * Not here: what a meaning leads to, and which goes first where a reply says several things (rules/).
 */
import * as message from './message.ts'
import { normalise } from './normalise.ts'
import { type Meaning, type Reader, readerOf } from './pattern.ts'
import * as recipient from './recipient.ts'
import * as sender from './sender.ts'

export const SAYS = [
  'no-such-user',
  'no-such-domain',
  'full',
  'off',
  'moved',
  'unwanted',
  'block-listed',
  'link-listed',
  'list-named',
  'reverse-dns',
  'helo',
  'host-refused',
  'reputation',
  'rate',
  'connections',
  'unauthenticated',
  'login-wanted',
  'tls-wanted',
  'relaying',
  'sender-refused',
  'bad-content',
  'content',
  'too-large',
  'malformed',
  'not-standard',
  'too-many-recipients',
  'loop',
  'greylist',
  'come-back-in',
  'overloaded',
  'passing',
  'lookup-failed',
  'system-trouble',
  'syntax',
  'policy',
  'not-accepting',
] as const
export type Says = (typeof SAYS)[number]

const MEANINGS: Readonly<Record<Says, Meaning>> = {
  'no-such-user': recipient.NO_SUCH_USER,
  'no-such-domain': recipient.NO_SUCH_DOMAIN,
  full: recipient.FULL,
  off: recipient.OFF,
  moved: recipient.MOVED,
  unwanted: recipient.UNWANTED,
  'block-listed': sender.BLOCK_LISTED,
  'link-listed': sender.LINK_LISTED,
  'list-named': sender.LIST_NAMED,
  'reverse-dns': sender.REVERSE_DNS,
  helo: sender.HELO,
  'host-refused': sender.HOST_REFUSED,
  reputation: sender.REPUTATION,
  rate: sender.RATE,
  connections: sender.CONNECTIONS,
  unauthenticated: sender.UNAUTHENTICATED,
  'login-wanted': sender.LOGIN_WANTED,
  'tls-wanted': sender.TLS_WANTED,
  relaying: sender.RELAYING,
  'sender-refused': sender.SENDER_REFUSED,
  'bad-content': message.STRONG_CONTENT,
  content: message.CONTENT,
  'too-large': message.TOO_LARGE,
  malformed: message.MALFORMED,
  'not-standard': message.NOT_STANDARD,
  'too-many-recipients': message.TOO_MANY_RECIPIENTS,
  loop: message.LOOP,
  greylist: message.GREYLIST,
  'come-back-in': message.COME_BACK_IN,
  overloaded: message.OVERLOADED,
  passing: message.PASSING,
  'lookup-failed': message.LOOKUP_FAILED,
  'system-trouble': message.SYSTEM_TROUBLE,
  syntax: message.SYNTAX,
  policy: message.POLICY,
  'not-accepting': message.NOT_ACCEPTING,
}

export { normalise } from './normalise.ts'

/** Made when first asked for: a process that only delivers needs none. */
const readers = new Map<Says, Reader>()

/** The words of one reply. */
export class Words {
  readonly text: string
  readonly #known = new Map<Says, boolean>()

  constructor(text: string) {
    this.text = text
  }

  says(what: Says): boolean {
    let known = this.#known.get(what)
    if (known === undefined) {
      let reader = readers.get(what)
      if (reader === undefined) {
        reader = readerOf(MEANINGS[what])
        readers.set(what, reader)
      }
      known = reader.says(this.text)
      this.#known.set(what, known)
    }
    return known
  }
}

const KEPT = 2_000
const heard = new Map<string, Words>()

export function wordsOf(text: string): Words {
  const words = normalise(text)
  let known = heard.get(words)
  if (known === undefined) {
    if (heard.size >= KEPT) heard.clear()
    known = new Words(words)
    heard.set(words, known)
  }
  return known
}
