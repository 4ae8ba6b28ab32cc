import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { replyText } from './reply-text.ts'

/** As a server that knows only this charset would write it. */
function written(text: string, charset: 'koi8-r' | 'windows-1251' | 'gb18030' | 'latin1'): Uint8Array {
  if (charset === 'latin1') return Buffer.from(text, 'latin1')
  const decoder = new TextDecoder(charset)
  const octets: number[] = []
  for (const character of text) {
    const code = character.codePointAt(0) ?? 0
    if (code < 0x80) octets.push(code)
    else octets.push(...encoded(character, decoder, charset === 'gb18030'))
  }
  return Uint8Array.from(octets)
}

/** Found by asking the decoder: Node has no encoder for these. */
function encoded(character: string, decoder: TextDecoder, pairs: boolean): readonly number[] {
  for (let first = 0x80; first < 0x100; first++) {
    if (!pairs && decoder.decode(Uint8Array.of(first)) === character) return [first]
    for (let second = 0x40; pairs && second < 0x100; second++)
      if (decoder.decode(Uint8Array.of(first, second)) === character) return [first, second]
  }
  throw new Error(`${character} is not in this charset`)
}

const SAID: readonly (readonly [text: string, charset: 'koi8-r' | 'windows-1251' | 'gb18030' | 'latin1'])[] = [
  ['550 5.1.1 Пользователь не найден', 'koi8-r'],
  ['550 ПОЧТОВЫЙ ЯЩИК НЕ СУЩЕСТВУЕТ <joe@example.com>', 'koi8-r'],
  ['550 5.1.1 Пользователь не найден', 'windows-1251'],
  ['552 Почтовый ящик переполнен', 'windows-1251'],
  ['550 用户不存在', 'gb18030'],
  ['552 收件人邮箱已满 (joe@example.com)', 'gb18030'],
  ['550 Boîte aux lettres désactivée', 'latin1'],
  ['550 Empfänger ungültig', 'latin1'],
  ['550 El buzón está lleno', 'latin1'],
]

for (const [text, charset] of SAID) {
  test(`${charset}: ${text}`, () => {
    assert.equal(replyText(written(text, charset)), text)
  })
}

test('UTF-8 stays what it is, and no octets at all are refused', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), text => {
      assert.equal(replyText(Buffer.from(text)), text.replace(/^\ufeff/, ''))
    }),
  )
  fc.assert(fc.property(fc.uint8Array(), octets => typeof replyText(octets) === 'string'))
})
