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

/** Tried before anything is replaced: few headers have one. */
const CONTROL = /[\0-\x1f\x7f-\x9f]/

export function cardOf({ bytes, fields }: RawMessage): Card {
  const card: { -readonly [K in keyof Card]: string } = {}
  for (const field of fields) {
    const { name } = field
    if (!isKept(name) || card[name] !== undefined) continue
    const most = MOST[name]
    const end = field.valueStart + most * OCTETS_PER_CHARACTER
    const value = fieldValue(bytes, field.end <= end ? field : { ...field, end })
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
  const plain = CONTROL.test(text) ? text.replaceAll(/\p{Cc}+/gu, ' ').trim() : text
  // The cut may go through a pair of surrogates.
  return plain.length <= most ? plain : `${plain.slice(0, most - 1).replace(/[\ud800-\udbff]$/, '')}…`
}
