/** AcceptLanguage: the language that a reader asks for with the header of that name. RFC 9110 §12.5.4 */
import { type Language, languageOf } from '@postrider/core/language'

/** @param wanted the header. @returns English where none of the languages that it wants is spoken here */
export function acceptedLanguage(wanted = ''): Language {
  const ranked = wanted
    .slice(0, 200)
    .split(',')
    .map(each => {
      const [tag = '', ...parameters] = each.split(';').map(part => part.trim())
      // Its name is of either case. RFC 9110 §12.4.2
      const quality = parameters.find(parameter => /^q=/i.test(parameter))?.slice(2)
      return { tag, weight: quality === undefined ? 1 : Number(quality) || 0 }
    })
    // "Not acceptable". RFC 9110 §12.4.2
    .filter(({ weight }) => weight > 0)
    .sort((a, b) => b.weight - a.weight)
  return ranked.map(({ tag }) => languageOf(tag)).find(known => known !== undefined) ?? 'en'
}
