/** `@postrider/core/language`: texts by their key, for programs that say more to people than the library does. Loads nothing else. */

export { checkText } from './language/checks.ts'
export { compareTexts } from './language/compare-texts.ts'
export { errorInLanguage } from './language/errors.ts'
export { LANGUAGES, type Language, languageOf, speakCore } from './language/languages.ts'
export { remedyText } from './language/remedies.ts'
export { failureText } from './language/reply-hints.ts'
export {
  inLanguage,
  type Plural,
  type Say,
  speaker,
  speakLanguage,
  type Text,
  type Texts,
  type Translated,
  type Value,
} from './language/speaker.ts'
