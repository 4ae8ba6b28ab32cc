import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { compareTexts, type Text } from '@postrider/core/language'
import { ENGLISH } from './english.ts'
import { TEXTS as ZH_CN } from './zh-CN/index.ts'
import { TEXTS as ZH_TW } from './zh-TW/index.ts'

const formsOf = (text: Text): readonly string[] => (typeof text === 'string' ? [text] : Object.values(text))

suite('a language of the interface', () => {
  for (const [tag, texts] of Object.entries({ 'zh-TW': ZH_TW, 'zh-CN': ZH_CN }))
    test(`has every text, with the places of the English one: ${tag}`, () => {
      assert.deepEqual(compareTexts(ENGLISH, texts), [])
    })

  test('is written in the characters of its readers', () => {
    const all = (texts: object): string => Object.values(texts).flatMap(formsOf).join('\n')
    // Common characters that one of the two has and the other has not.
    assert.doesNotMatch(all(ZH_TW), /[这个们发邮寻设载证书历时间为无现东车]/u)
    assert.doesNotMatch(all(ZH_CN), /[這個們發郵尋設載證書歷時間為無現東車]/u)
  })
})
