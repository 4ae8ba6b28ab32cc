/**
 * Translation: what a file of another language must have: every key of the English one. Which places a text must name is held by a test.
 */
import type { Text } from '@postrider/core/language'
import type { ENGLISH } from './english.ts'

export type Translation<English extends object> = { readonly [Key in keyof English]: Text }
export type AllTexts = Translation<typeof ENGLISH>
