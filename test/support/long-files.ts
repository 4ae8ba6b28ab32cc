/**
 * LongFiles: files that are longer than one can keep in mind.
 *
 * Policy. Whoever finds no name for a second file has found that it is one thing: then it stands in the list, with the reason. A
 * file that has become short is taken off, so that the list only shrinks.
 */
import type { Source } from './source.ts'

const MOST_LINES = 300
const LONGER: Readonly<Record<string, string>> = {
  'packages/core/src/config/mailer-options.ts': 'generated',
  'packages/relay/src/config/relay-options.ts': 'generated',
  'test/api/core.d.ts': 'generated',
  'test/api/relay.d.ts': 'generated',
  'test/interop/lab/zones.ts': 'a table: one entry for each zone',
}

/** Files that are longer, and exceptions that are none any more. */
export function longFiles(sources: readonly Source[]): string[] {
  const lines = ({ text }: Source): number => text.split('\n').length - 1
  const long = sources.filter(source => lines(source) > MOST_LINES)
  const paths = new Set(long.map(({ path }) => path))
  return [
    ...long
      .filter(({ path }) => !(path in LONGER))
      .map(
        source => `${source.path}: ${lines(source)} lines, wanted at most ${MOST_LINES}; find the second thing in it.`,
      ),
    ...Object.keys(LONGER)
      .filter(path => !paths.has(path))
      .map(path => `${path} is no longer than ${MOST_LINES} lines; take it off the list.`),
  ]
}
