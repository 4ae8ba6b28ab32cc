/**
 * Threads: which thread runs a file of the SQLite queue is told by its folder: `main/` the event loop, `thread/` the writer thread,
 * `both/` either. What runs on one never imports what runs on the other.
 */
import { dirname, join } from 'node:path'
import type { Source } from './source.ts'

const QUEUE = 'packages/core/src/queue/sqlite/'

export function threads({ path, imports }: Source): string[] {
  if (!path.startsWith(QUEUE)) return []
  const folder = path.slice(QUEUE.length).split('/')[0] ?? ''
  if (!['main', 'thread', 'both'].includes(folder))
    return [`${path} does not say which thread runs it; put it into main/, thread/ or both/.`]
  return imports.flatMap(({ specifier, line }) => {
    const other = join(dirname(path), specifier)
    const thread = ['main', 'thread'].find(name => other.startsWith(`${QUEUE}${name}/`))
    if (thread === undefined || thread === folder) return []
    return [`${path}:${line}: ${folder}/ imports ${thread}/, another thread; what both need belongs into both/.`]
  })
}
