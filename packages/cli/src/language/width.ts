/**
 * Width: how many columns of a terminal a text takes: two for a Chinese character (Unicode UAX 11), none for a combining mark.
 * The only fast-string-width import.
 */
import fastStringWidth from 'fast-string-width'

export function widthOf(text: string): number {
  return fastStringWidth(text)
}

/** Spaces up to so many columns. */
export function padTo(text: string, columns: number): string {
  return text + ' '.repeat(Math.max(0, columns - widthOf(text)))
}

/**
 * What is not broken: a word, or one wide character, with the marks that open before it and close after it. A line may begin and end between
 * any two of these.
 */
const PIECES =
  /[（「『《“]*(?:[^\s\u3000-\u9fff\uff00-\uffef“”]+|[\u3000-\u9fff\uff00-\uffef“”])[、。，：；！？）」』》”]*|\s/gu

/** A text in lines of at most so many columns; what cannot be broken stands on a line of its own. */
export function wrapTo(text: string, columns: number): string {
  const lines = ['']
  for (const [piece] of text.matchAll(PIECES)) {
    const line = lines.at(-1) ?? ''
    if (piece === '\n') lines.push('')
    else if (widthOf(line) + widthOf(piece) <= columns || line === '') lines[lines.length - 1] = line + piece
    else lines.push(piece.trimStart())
  }
  return lines.map(line => line.trimEnd()).join('\n')
}
