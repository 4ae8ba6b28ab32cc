/** `@postrider/core/language`: texts by their key, for programs that say more to people than the library does. Loads nothing else. */
export { type Plural, type Say, speaker, type Text, type Texts, type Value } from './language/speaker.ts'
