/**
 * UsedFeatures: the features of html and CSS that a message uses, and the lines in which it does.
 *
 * Policy. One pass over as much html as is looked at; what is beyond is told. Lines are counted as an editor does, from 1.
 */
import { mailReader } from '@postrider/core'
import { markupFeatures } from './markup-features.ts'
import { atRuleFeatures, declarationFeatures, selectorFeatures } from './style-features.ts'
import { readStyles } from './styles.ts'

export interface Used {
  /** The first of them, each once. */
  readonly lines: readonly number[]
  readonly times: number
}

/** As long as the html that is looked at may be. */
export const MOST_HTML: number = 1024 * 1024
const MOST_LINES = 20

export async function usedFeatures(
  whole: string,
  isFeature: (name: string) => boolean,
): Promise<ReadonlyMap<string, Used>> {
  const { readMarkup } = await mailReader()
  const html = whole.slice(0, MOST_HTML)
  const used = new Map<string, { times: number; lines: number[] }>()
  const lineOf = lineCounter(html)
  const add = (names: Iterable<string>, at: number): void => {
    for (const name of names) {
      if (!isFeature(name)) continue
      const seen = used.get(name) ?? { times: 0, lines: [] }
      used.set(name, seen)
      seen.times++
      const line = lineOf(at)
      if (seen.lines.length < MOST_LINES && seen.lines.at(-1) !== line) seen.lines.push(line)
    }
  }
  /** @param place where something of these styles stands in the html */
  const addStyles = (css: string, place: (at: number) => number): void =>
    readStyles(css, {
      atRule: (name, condition, at) => add(atRuleFeatures(name, condition), place(at)),
      selector: (selector, at, depth) => add(selectorFeatures(selector, depth), place(at)),
      declaration: (property, value, at) => add(declarationFeatures(property, value, isFeature), place(at)),
      comment: at => add(['css-comments'], place(at)),
    })
  let sheet: { css: string; from: number } | undefined
  readMarkup(html, 'html', {
    open: (name, attributes, at) => {
      add(markupFeatures(name, attributes), at)
      if (attributes.style !== undefined) addStyles(attributes.style, () => at)
      if (name === 'style') sheet = { css: '', from: html.indexOf('>', at) + 1 }
      return true
    },
    close: name => {
      if (name !== 'style' || sheet === undefined) return
      const { css, from } = sheet
      addStyles(css, at => from + at)
      sheet = undefined
    },
    text: text => {
      if (sheet !== undefined) sheet.css += text
    },
  })
  return used
}

/** Places are asked for in about their order: what was counted is not counted again. */
function lineCounter(text: string): (at: number) => number {
  const ends: number[] = []
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) ends.push(at)
  return at => {
    let [low, high] = [0, ends.length]
    while (low < high) {
      const middle = (low + high) >> 1
      if ((ends[middle] ?? 0) < at) low = middle + 1
      else high = middle
    }
    return low + 1
  }
}
