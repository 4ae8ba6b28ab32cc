/**
 * CompareTexts: what a translation lacks, has too much, or says with other places than English.
 *
 * Not here: which catalogues there are (english.ts).
 */
import { PLACE, type Text, type Texts } from './speaker.ts'

/** One line for each difference; empty for a translation that is complete. */
export function compareTexts(
  english: Texts,
  translation: Readonly<Record<string, Text | undefined>>,
): readonly string[] {
  const keys = new Set([...Object.keys(english), ...Object.keys(translation)])
  return [...keys].flatMap(key => {
    const [wanted, found] = [english[key], translation[key]]
    if (wanted === undefined) return [`${key}: English has no such text`]
    if (found === undefined) return [`${key}: missing`]
    const [places, theirs] = [placesOf(wanted), placesOf(found)]
    return [
      ...[...places].filter(name => !theirs.has(name)).map(name => `${key}: {${name}} is not said`),
      ...[...theirs].filter(name => !places.has(name)).map(name => `${key}: nothing is given for {${name}}`),
    ]
  })
}

/** Of all forms together: "one" may do without the number. */
function placesOf(text: Text): ReadonlySet<string> {
  const forms = typeof text === 'string' ? [text] : Object.values(text)
  return new Set(forms.flatMap(form => [...form.matchAll(PLACE)].map(([, name]) => name!)))
}
