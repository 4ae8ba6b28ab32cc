/**
 * Languages: which there are, which one somebody wants, and their texts, loaded when they are wanted.
 *
 * Not here: the catalogues of the command line and of the web interface, which are translated beside their English.
 */
import type { Translation } from './english.ts'
import { type Spoken, speakLanguage, type Translated } from './speaker.ts'

/** By BCP 47 tag, as each calls itself. */
export const LANGUAGES = { en: 'English', 'zh-TW': '繁體中文', 'zh-CN': '简体中文' } as const
/** A language that the texts are written in. */
export type Language = keyof typeof LANGUAGES

export const TRANSLATIONS: { readonly [Tag in Exclude<Language, 'en'>]: () => Promise<Translation> } = {
  'zh-TW': async () => (await import('./zh-TW/index.ts')).ZH_TW,
  'zh-CN': async () => (await import('./zh-CN/index.ts')).ZH_CN,
}

/** Where written Chinese is traditional. */
const TRADITIONAL = /^zh-(?:hant|tw|hk|mo)\b/

/**
 * Reads `zh_TW.UTF-8`, `zh-Hant` or `C` as a language that is spoken here.
 * @param wanted a BCP 47 tag (`zh-Hant-TW`), or a locale as the variables LC_ALL, LC_MESSAGES and LANG have it (`zh_TW.UTF-8`)
 * @returns undefined for a language that is not spoken here
 */
export function languageOf(wanted: string): Language | undefined {
  const locale = wanted
    .replace(/[.@].*$/, '')
    .replaceAll('_', '-')
    .toLowerCase()
  // The locale of a system that was told nothing is English.
  const [base = ''] = locale === 'c' || locale === 'posix' ? ['en'] : locale.split('-')
  const tag = base === 'zh' ? (TRADITIONAL.test(locale) ? 'zh-TW' : 'zh-CN') : base
  return Object.keys(LANGUAGES).find((known): known is Language => known === tag)
}

/** What this library says is said in that language from now on, in this process. */
export async function speakCore(language: Language): Promise<void> {
  if (language !== 'en') speakLanguage(language, await translated(language))
}

/** A language with what this library says in it. */
export async function spokenIn(language: Language): Promise<Spoken> {
  return { tag: language, translations: new Map(language === 'en' ? [] : await translated(language)) }
}

async function translated(language: Exclude<Language, 'en'>): Promise<readonly Translated[]> {
  const [{ CATALOGUES }, translation] = await Promise.all([import('./english.ts'), TRANSLATIONS[language]()])
  const subjects = Object.keys(CATALOGUES) as (keyof Translation)[]
  return subjects.map((subject): Translated => [CATALOGUES[subject], translation[subject]])
}
