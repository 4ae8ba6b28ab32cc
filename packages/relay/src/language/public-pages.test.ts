import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { compareTexts } from '@postrider/core/language'
import { acceptedLanguage } from './accept-language.ts'
import { speakPublic } from './public-pages.ts'
import { PUBLIC_PAGES } from './public-texts.ts'
import { ZH_CN } from './zh-CN/public-pages.ts'
import { ZH_TW } from './zh-TW/public-pages.ts'

suite('the pages for strangers', () => {
  test('are said whole in each language', () => {
    for (const translation of [ZH_TW, ZH_CN]) assert.deepEqual(compareTexts(PUBLIC_PAGES, translation), [])
    assert.equal(speakPublic('zh-TW')('fact.said', { reply: 'no' }), '伺服器回覆：no')
  })
  test('are in the language that a browser wants most of those that are spoken', () => {
    const wanted = {
      '': 'en',
      'de-DE,de;q=0.9': 'en',
      'zh-Hant-HK, en;q=0.5': 'zh-TW',
      'en;q=0.3, zh-CN;q=0.9': 'zh-CN',
      'zh;q=x, en': 'en',
      // RFC 9110 §12.4.2: a weight of 0 is not wanted, and its name is of either case.
      'de, zh-TW;q=0': 'en',
      'en;q=0, zh': 'zh-CN',
      'zh-TW;q=0.000, zh-CN;q=0.1': 'zh-CN',
      'zh-TW;Q=0.3, zh-CN;Q=0.9': 'zh-CN',
      'zh-TW ; q=0.3, EN;q=0.5': 'en',
      'zh-TW;Q=0': 'en',
      [`${'x,'.repeat(5000)}zh-TW`]: 'en',
    }
    for (const [header, language] of Object.entries(wanted)) assert.equal(acceptedLanguage(header), language, header)
  })
})
