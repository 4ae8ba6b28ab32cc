/**
 * Speaker: a text by its key, with values in the places that it names.
 *
 * Policy. A text is a sentence with places in braces, `{domain}`, which its key demands of whoever says it. Where a number
 * decides the form, it is an object of the plural categories of Unicode CLDR, and the number is the value `count`; `other` is
 * always there, and enough for Chinese. A list is joined as the language joins short lists. A value is never read as a text,
 * so braces in an answer of the DNS stay as they are.
 *
 * A process speaks one language: English, or the one that `speakLanguage` was told before anything was said. Only the command
 * line tells it, because it has one reader; what is logged or kept is English. Who has many readers says to each in theirs
 * (tell-in.ts).
 *
 * Not here: the texts (checks.ts, failures.ts and their neighbours), whether a language has them all (compare-texts.ts).
 */

/** `{ one: '{count} message', other: '{count} messages' }` */
export type Plural = { readonly [Category in Exclude<Intl.LDMLPluralRule, 'other'>]?: string } & {
  readonly other: string
}
export type Text = string | Plural
/** A catalogue: texts by key. */
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

/** An English catalogue, which stands for its subject, and the same in another language. */
export type Translated = readonly [english: object, translation: Readonly<Record<string, Text | undefined>>]

/** A language with its texts. */
export interface Spoken {
  /** BCP 47. */
  readonly tag: string
  /** By the English catalogue. */
  readonly translations: ReadonlyMap<object, Translated[1]>
}

let ofProcess: Spoken = { tag: 'en', translations: new Map() }
let here: () => Spoken | undefined = () => undefined

/** @param ask what is spoken where the call comes from; undefined: what the process speaks */
export function speakWhere(ask: () => Spoken | undefined): void {
  here = ask
}

const spoken = (): Spoken => here() ?? ofProcess

/**
 * From now on this process speaks that language, in every catalogue that is given; in others English.
 *
 * @param tag BCP 47: how plurals and lists are formed
 */
export function speakLanguage(tag: string, catalogues: readonly Translated[]): void {
  ofProcess = { tag, translations: new Map([...ofProcess.translations, ...catalogues]) }
}

/** Whether it is English that is spoken. */
export function isEnglish(): boolean {
  return spoken().tag === 'en'
}

/** A constant text of a table, in the language that is spoken. */
export function inLanguage<Keyed extends object>(table: Keyed, key: string, english: string): string {
  const text = spoken().translations.get(table)?.[key]
  return typeof text === 'string' ? text : english
}

/** A text with its places, in the form for that number, in the language that is spoken. */
export function formInLanguage(table: object, key: string, count: number): string | undefined {
  const { tag, translations } = spoken()
  const text = translations.get(table)?.[key]
  return typeof text === 'object' ? (text[new Intl.PluralRules(tag).select(count)] ?? text.other) : text
}

/** Makes a `say` for a catalogue. @param tag a BCP 47 tag: how plurals and lists are formed. @default that which is spoken */
export function speaker<const Catalogue extends Texts>(catalogue: Catalogue, tag?: string): Say<Catalogue> {
  // Made at the first plural and the first list, which most who load a catalogue never say.
  let plurals: Intl.PluralRules | undefined
  let lists: Intl.ListFormat | undefined
  let madeFor = tag ?? spoken().tag
  /** Another reader may have another language. */
  const current = (): string => {
    const wanted = tag ?? spoken().tag
    if (wanted !== madeFor) [plurals, lists, madeFor] = [undefined, undefined, wanted]
    return wanted
  }
  const written = (value: Value | undefined): string => {
    if (typeof value !== 'object') return String(value)
    const wanted = current()
    lists ??= new Intl.ListFormat(wanted, { type: 'conjunction', style: 'narrow' })
    return lists.format(value)
  }
  const form = (text: Text, count: Value | undefined): string => {
    if (typeof text === 'string') return text
    const wanted = current()
    plurals ??= new Intl.PluralRules(wanted)
    return text[plurals.select(Number(count))] ?? text.other
  }
  return (key, ...[values = {}]: [Readonly<Record<string, Value>>?]) => {
    const { count } = values
    const text = spoken().translations.get(catalogue)?.[key] ?? catalogue[key]!
    return form(text, count).replace(PLACE, (_, name: string) => written(values[name]))
  }
}
