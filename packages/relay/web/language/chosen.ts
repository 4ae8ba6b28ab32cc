/**
 * Chosen: the language that the interface speaks: the one that somebody chose in this browser, else the first of the browser's that is
 * spoken here, else English. It is settled before anything is drawn, and another one is another page load.
 *
 * Policy. Texts of other languages are files of their own, whose addresses stand in the page: a reader loads one language.
 *
 * Not here: the choice as a control (part/language-switch.tsx).
 */
import { LANGUAGES, type Language, languageOf, speakLanguage } from '@postrider/core/language'
import { ENGLISH } from './english.ts'
import type { AllTexts } from './translation.ts'

const KEPT = 'postrider.language'
const spoken: { tag: Language } = { tag: 'en' }

/** A BCP 47 tag. */
export const language = (): Language => spoken.tag

/** Undefined: as the browser says. */
export function chosenLanguage(): Language | undefined {
  const kept = localStorage.getItem(KEPT) ?? ''
  return Object.hasOwn(LANGUAGES, kept) ? (kept as Language) : undefined
}

/** @param tag empty: as the browser says. @returns whether another language is spoken then */
export function chooseLanguage(tag: string): boolean {
  if (tag === '') localStorage.removeItem(KEPT)
  else localStorage.setItem(KEPT, tag)
  return wantedLanguage() !== spoken.tag
}

/** Of a user who chose one in another browser. @returns whether another language is spoken then */
export function takeLanguage(tag: string | undefined): boolean {
  if (tag === undefined || !Object.hasOwn(LANGUAGES, tag) || tag === chosenLanguage()) return false
  return chooseLanguage(tag)
}

function wantedLanguage(): Language {
  return chosenLanguage() ?? navigator.languages.map(languageOf).find(tag => tag !== undefined) ?? 'en'
}

/** Before anything is drawn. */
export async function speak(): Promise<void> {
  const wanted = wantedLanguage()
  const address = document.querySelector<HTMLMetaElement>(`meta[name="language-${wanted}"]`)?.content
  if (address === undefined) return
  // English is there in any case.
  const loaded = (await import(address).catch(() => undefined)) as { readonly TEXTS: AllTexts } | undefined
  if (loaded === undefined) return
  speakLanguage(wanted, [[ENGLISH, loaded.TEXTS]])
  spoken.tag = wanted
  document.documentElement.lang = wanted
}
