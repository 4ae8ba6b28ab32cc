/** AcceptLanguage: the language that a reader asks for with the header of that name. RFC 9110 §12.5.4 */
import { type Language, languageOf } from '@postrider/core/language'

/** @param wanted the header. @returns English where none of the languages that it names is spoken here */
export function acceptedLanguage(wanted = ''): Language {
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
