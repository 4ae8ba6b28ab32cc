/**
 * Languages: the one that the command line speaks.
 *
 * Policy. `--lang` before LC_ALL before LC_MESSAGES before LANG, as POSIX orders the variables; a language that is not spoken
 * here is English, but for `--lang`, which is refused. What programs read (`--json`), logs, and what a relay keeps are English.
 */
import {
  LANGUAGES,
  type Language,
  languageOf,
  speakCore,
  speakLanguage,
  type Translated,
} from '@postrider/core/language'
import type { Translation } from './english.ts'
import { HELP } from './help.ts'

export const TRANSLATIONS: { readonly [Tag in Exclude<Language, 'en'>]: () => Promise<Translation> } = {
  'zh-TW': async () => (await import('./zh-TW/index.ts')).ZH_TW,
  'zh-CN': async () => (await import('./zh-CN/index.ts')).ZH_CN,
}

/** @returns undefined when `--lang` names none of {@link LANGUAGES} */
export function languageFor(
  flag: string | undefined,
  env: Readonly<Record<string, string | undefined>>,
): Language | undefined {
  if (flag !== undefined) return languageOf(flag)
  // An empty variable counts as not set.
  const locale = env.LC_ALL || env.LC_MESSAGES || env.LANG || 'C'
  return languageOf(locale) ?? 'en'
}

export async function speak(language: Language): Promise<void> {
  if (language === 'en') return
  const [{ CATALOGUES }, { help, ...translation }] = await Promise.all([
    import('./english.ts'),
    TRANSLATIONS[language](),
    speakCore(language),
  ])
  const subjects = Object.keys(translation) as (keyof typeof translation)[]
  speakLanguage(language, [
    [HELP, help],
    ...subjects.map((subject): Translated => [CATALOGUES[subject], translation[subject]]),
  ])
}

export { LANGUAGES, type Language }
