/** Markdown: the little that the generated documents need. */

/** A table with an empty line after it. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const lines = [head, head.map(() => '---'), ...rows].map(cells => `| ${cells.map(escapeBar).join(' | ')} |`)
  return `${lines.join('\n')}\n`
}

/** Code inside a table cell. */
export function cell(code: string): string {
  return `\`${code}\``
}

function escapeBar(text: string): string {
  return text.replace(/\|/g, '\\|').replace(/\s*\n\s*/g, ' ')
}
