/**
 * Speaker: a text by its key, with values in the places that it names.
 *
 * Policy. A text is a sentence with places in braces, `{domain}`, which its key demands of whoever says it. Where a number
 * decides the form, it is an object of the plural categories of Unicode CLDR, and the number is the value `count`; `other` is
 * always there, and enough for Chinese. A list is joined as the language joins short lists. A value is never read as a text,
 * so braces in an answer of the DNS stay as they are.
 *
 * Not here: the texts (checks.ts, failures.ts and their neighbours), whether a language has them all (compare-texts.ts).
 */

/** `{ one: '{count} message', other: '{count} messages' }` */
export type Plural = { readonly [Category in Exclude<Intl.LDMLPluralRule, 'other'>]?: string } & {
  readonly other: string
}
export type Text = string | Plural
export type Texts = Readonly<Record<string, Text>>

export type Value = string | number | readonly string[]

/** The places that a text names. */
type Place<Written> = Written extends `${string}{${infer Name}}${infer Rest}` ? Name | Place<Rest> : never
type PlaceOf<T extends Text> = T extends string ? Place<T> : 'count' | Place<T[keyof T]>
type ValueOf<T extends Text, Name> = Name extends 'count' ? (T extends string ? Value : number) : Value
type Values<T extends Text> = { readonly [Name in PlaceOf<T>]: ValueOf<T, Name> }

/** Values are demanded exactly where the text has places. */
export type Say<Catalogue extends Texts> = <Key extends keyof Catalogue & string>(
  key: Key,
  ...values: [PlaceOf<Catalogue[Key]>] extends [never] ? [] : [Values<Catalogue[Key]>]
) => string

/** A place in a text: `{name}`. */
export const PLACE: RegExp = /\{(\w+)\}/g

/** @param language a BCP 47 tag: how plurals and lists are formed */
export function speaker<const Catalogue extends Texts>(texts: Catalogue, language: string = 'en'): Say<Catalogue> {
  // Made at the first plural and the first list, which most who load a catalogue never say.
  let plurals: Intl.PluralRules | undefined
  let lists: Intl.ListFormat | undefined
  const written = (value: Value | undefined): string => {
    if (typeof value !== 'object') return String(value)
    lists ??= new Intl.ListFormat(language, { type: 'conjunction', style: 'narrow' })
    return lists.format(value)
  }
  const form = (text: Text, count: Value | undefined): string => {
    if (typeof text === 'string') return text
    plurals ??= new Intl.PluralRules(language)
    return text[plurals.select(Number(count))] ?? text.other
  }
  return (key, ...[values = {}]: [Readonly<Record<string, Value>>?]) => {
    const { count } = values
    return form(texts[key]!, count).replace(PLACE, (_, name: string) => written(values[name]))
  }
}
