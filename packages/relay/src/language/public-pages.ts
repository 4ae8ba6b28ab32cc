/**
 * PublicPages: what the pages say that recipients and their helpers see, in each language: a reader has one, and a process many readers.
 *
 * Not here: the texts (public-texts.ts), the pages (public/).
 */
import { type Language, languageOf, type Say, speaker, type Texts } from '@postrider/core/language'
import { PUBLIC_PAGES, type PublicText } from './public-texts.ts'
import { ZH_CN } from './zh-CN/public-pages.ts'
import { ZH_TW } from './zh-TW/public-pages.ts'

export type SayPublic = Say<typeof PUBLIC_PAGES>

const CATALOGUES: Readonly<Record<Language, Readonly<Record<PublicText, string>>>> = {
  en: PUBLIC_PAGES,
  'zh-TW': ZH_TW,
  'zh-CN': ZH_CN,
}

/** @param wanted the header Accept-Language */
export function publicLanguage(wanted = ''): Language {
  const ranked = wanted
    .slice(0, 200)
    .split(',')
    .map(each => {
      const [tag = '', quality = ''] = each.trim().split(/;\s*q=/)
      return { tag, weight: quality === '' ? 1 : Number(quality) || 0 }
    })
    .sort((a, b) => b.weight - a.weight)
  return ranked.map(({ tag }) => languageOf(tag)).find(known => known !== undefined) ?? 'en'
}

export function speakPublic(language: Language): SayPublic {
  return speaker(CATALOGUES[language] as Texts, language) as SayPublic
}
