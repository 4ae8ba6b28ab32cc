/**
 * Strip: every source of the repository without its types, and the program of every thread of the queue in one file, in a folder
 * where stripped.js finds them.
 *
 * Policy. A source there is named after the file that it was made of and when that was written (stripped.js says how): what is there
 * is kept, what no source is made into any more is removed. A program is made anew for each run, because it depends on more than the file that it starts with. Each
 * appears whole, because several runs may share the folder.
 */
import { globSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { stripTypeScriptTypes } from 'node:module'
import { basename, join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { buildSync } from 'esbuild'
import { strippedName } from './stripped.js'

const ROOT = join(import.meta.dirname, '..', '..')
const FOLDER = join(ROOT, 'node_modules', '.cache', 'stripped')

const SOURCES = ['packages/*/src/**/*.ts', 'test/**/*.ts', 'examples/**/*.ts']
/** What `new Worker` is given: they import nothing but files of the repository and what Node has. */
const THREADS = ['packages/core/src/queue/sqlite/thread/reader.ts', 'packages/core/src/queue/sqlite/thread/writer.ts']

/** Strips every source that is not there yet. @returns the flag with which a process finds them */
export function preloadOfStripped(): string {
  mkdirSync(FOLDER, { recursive: true })
  const there = new Set(readdirSync(FOLDER).filter(name => !name.includes('.')))
  for (const path of globSync(SOURCES, {
    cwd: ROOT,
    exclude: ['**/node_modules/**', '**/dist/**'],
  })) {
    const file = join(ROOT, path)
    const name = strippedName(file)
    if (there.delete(name)) continue
    put(name, stripTypeScriptTypes(readFileSync(file, 'utf8')))
  }
  for (const name of there) rmSync(join(FOLDER, name), { force: true })
  bundleThreads()
  const preload = pathToFileURL(join(import.meta.dirname, 'stripped.js'))
  preload.searchParams.set('folder', FOLDER)
  return `--import=${preload.href}`
}

/** A thread of seventy files starts in three times the time of a thread of one. */
function bundleThreads(): void {
  const { outputFiles } = buildSync({
    entryPoints: THREADS.map(path => join(ROOT, path)),
    outdir: FOLDER,
    write: false,
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node24',
    logLevel: 'warning',
  })
  for (const { path, contents } of outputFiles) put(basename(path).replace(/\.js$/, '.thread.mjs'), contents)
}

function put(name: string, content: string | Uint8Array): void {
  const partial = join(FOLDER, `${name}.${process.pid}`)
  writeFileSync(partial, content)
  renameSync(partial, join(FOLDER, name))
}
