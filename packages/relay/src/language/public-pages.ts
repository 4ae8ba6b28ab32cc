/**
 * PublicPages: what the pages say that recipients and their helpers see, in each language: a reader has one, and a process many readers.
 *
 * Not here: the texts (public-texts.ts), the pages (public/).
 */
import { type Language, type Say, speaker, type Texts } from '@postrider/core/language'
import { PUBLIC_PAGES, type PublicText } from './public-texts.ts'
import { ZH_CN } from './zh-CN/public-pages.ts'
import { ZH_TW } from './zh-TW/public-pages.ts'

export type SayPublic = Say<typeof PUBLIC_PAGES>

const CATALOGUES: Readonly<Record<Language, Readonly<Record<PublicText, string>>>> = {
  en: PUBLIC_PAGES,
  'zh-TW': ZH_TW,
  'zh-CN': ZH_CN,
}

export function speakPublic(language: Language): SayPublic {
  return speaker(CATALOGUES[language] as Texts, language) as SayPublic
}
