/**
 * Headers: the header fields of a message as people paste them: folded, quoted with `>`, indented, with or without the body.
 *
 * Policy. Lenient: what is no field and continues none is left out. Reading ends at the first empty line after a field that a
 * body follows; a pasted block without a body ends with the text. RFC 5322 §2.2.
 */
export interface Field {
  /** In lower case. */
  readonly name: string
  /** Unfolded. */
  readonly value: string
}

export function readHeaders(text: string): readonly Field[] {
  const lines = text.replace(/^\uFEFF/, '').split(/\r\n|\r|\n/)
  const quoted = lines.filter(line => line !== '').every(line => line.startsWith('>'))
  const plain = quoted ? lines.map(line => line.replace(/^>+ ?/, '')) : lines
  const indent = Math.min(...plain.filter(line => line.trim() !== '').map(line => /^[ \t]*/.exec(line)![0].length))
  const fields: { name: string; value: string }[] = []
  for (const line of plain.map(each => each.slice(Number.isFinite(indent) ? indent : 0))) {
    if (line.trim() === '') {
      if (fields.length > 0) break
      continue
    }
    const [, name, value] = /^([!-9;-~]+)\s*:(.*)$/.exec(line) ?? []
    const last = fields.at(-1)
    if (/^[ \t]/.test(line) && last !== undefined) last.value += ` ${line.trim()}`
    else if (name !== undefined && value !== undefined) fields.push({ name: name.toLowerCase(), value: value.trim() })
  }
  return fields
}

export function valuesOf(fields: readonly Field[], name: string): readonly string[] {
  return fields.filter(field => field.name === name).map(field => field.value)
}
