/**
 * Markup: HTML and XML of others, piece by piece. The only htmlparser2 import.
 *
 * Policy. No tree is built: who reads holds what it needs, and stops when it has seen enough. Loaded by who first reads some. The parser's
 * time grows with the square of what is open at once, of end tags that end nothing, and of foreign elements that close themselves: beyond
 * what any letter has, nothing is read further.
 */
import { Parser } from 'htmlparser2'

export interface MarkupReader {
  /** @param at where its `<` stands @returns `false`: read no further */
  readonly open: (name: string, attributes: Readonly<Record<string, string>>, at: number) => boolean
  readonly close: (name: string) => void
  readonly text: (text: string) => void
}

/** Elements within each other, and foreign ones without an end tag. */
const DEEPEST = 1000
/** Open elements that are looked through in vain for what an end tag ends. */
const MOST_LOOKED = 5_000_000
/** The parser remembers each of them until an end tag. */
const FOREIGN = new Set('svg math mi mo mn ms mtext annotation-xml foreignobject desc title'.split(' '))

/** @param as what is forgiven: in XML names keep their case and no element ends another */
export function readMarkup(markup: string, as: 'html' | 'xml', reader: MarkupReader): void {
  let [depth, foreign, looked] = [0, 0, 0]
  const parser: Parser = new Parser(
    {
      onopentag: (name, attributes) => {
        depth++
        if (FOREIGN.has(name)) foreign++
        const goesOn = depth <= DEEPEST && foreign <= DEEPEST && reader.open(name, attributes, parser.startIndex)
        if (!goesOn) parser.pause()
      },
      onclosetag: (name, isImplied) => {
        depth--
        if (!isImplied && FOREIGN.has(name)) foreign--
        reader.close(name)
      },
      ontext: text => reader.text(text),
    },
    as === 'xml' ? { xmlMode: true, decodeEntities: true } : {},
  )
  const endTag = parser.onclosetag.bind(parser)
  parser.onclosetag = (start, end) => {
    const before = depth
    endTag(start, end)
    if (depth === before) looked += depth
    if (looked > MOST_LOOKED) parser.pause()
  }
  parser.end(markup)
}
