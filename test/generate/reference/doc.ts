/** Doc: a docstring as values: what it says, and its tags. */

export interface Doc {
  readonly says: string
  readonly byDefault: string | undefined
  readonly throws: string | undefined
  readonly returns: string | undefined
  readonly params: readonly { readonly name: string; readonly says: string }[]
}

/** Not every @ begins a tag: addresses and names of packages have one too. */
const TAG = /(?:^|\s)@(default|throws|param|returns|typeParam) /

export function readDoc(inner: string): Doc {
  const text = inner
    .replaceAll(/^\s*\* ?/gm, '')
    .replaceAll(/\s*\n\s*/g, ' ')
    .trim()
  const [says = '', ...tags] = text.split(TAG)
  const of = (tag: string): readonly string[] => tags.filter((_, at) => tags[at - 1] === tag && at % 2 === 1)
  const join = (found: readonly string[]): string | undefined =>
    found.length === 0 ? undefined : found.map(each => each.trim()).join('; ')
  return {
    says: says.trim(),
    byDefault: join(of('default')),
    throws: join(of('throws')),
    returns: join(of('returns')),
    params: of('param').map(each => {
      const [, name = '', says = ''] = /^(\S+)\s*([\s\S]*)$/.exec(each) ?? []
      return { name, says: says.trim() }
    }),
  }
}
