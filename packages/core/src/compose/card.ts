/**
 * Card: what people know a message by, from its header.
 *
 * Policy. Of fields with one name the first counts. A field is decoded only as far as it may be kept, so that a header of a megabyte
 * costs no more than an ordinary one.
 *
 * Not here: what is kept with it (queue/encode.ts).
 */
import { decodeWords } from '../mime/index.ts'
import type { Card } from '../model/card.ts'
import type { RawMessage } from '../model/message.ts'
import { fieldValue } from './inspect.ts'

/** Characters. */
const MOST = { subject: 200, from: 200, to: 500, cc: 500 } as const satisfies Record<keyof Card, number>
/** An encoded word has up to twelve octets for a character, and is folded. */
const OCTETS_PER_CHARACTER = 16

export function cardOf({ bytes, fields }: RawMessage): Card {
  const card: { -readonly [K in keyof Card]: string } = {}
  for (const field of fields) {
    const { name, valueStart, end } = field
    if (!isKept(name) || card[name] !== undefined) continue
    const most = MOST[name]
    const value = fieldValue(bytes, { ...field, end: Math.min(end, valueStart + most * OCTETS_PER_CHARACTER) })
    const text = shortened(decodeWords(value), most)
    if (text !== '') card[name] = text
  }
  return card
}

function isKept(name: string): name is keyof Card {
  return name === 'subject' || name === 'from' || name === 'to' || name === 'cc'
}

function shortened(text: string, most: number): string {
  // A store keeps no NUL, and a terminal should not obey what stands here.
  const plain = text.replaceAll(/\p{Cc}+/gu, ' ').trim()
  // The cut may go through a pair of surrogates.
  return plain.length <= most ? plain : `${plain.slice(0, most - 1).replace(/[\ud800-\udbff]$/, '')}…`
}
