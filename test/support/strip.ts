/**
 * Strip: every source of the repository without its types, in a folder where stripped.js finds it.
 *
 * Policy. A file there is named after the source that it was made of: what is there is kept, what no source is made into any more
 * is removed. It appears whole, because several runs may share the folder.
 */
import { hash } from 'node:crypto'
import { globSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { stripTypeScriptTypes } from 'node:module'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'

const ROOT = join(import.meta.dirname, '..', '..')
const FOLDER = join(ROOT, 'node_modules', '.cache', 'stripped')

const SOURCES = ['packages/*/src/**/*.ts', 'test/**/*.ts', 'examples/**/*.ts']

/** Strips every source that is not there yet. @returns the flag with which a process finds them */
export function preloadOfStripped(): string {
  mkdirSync(FOLDER, { recursive: true })
  const there = new Set(readdirSync(FOLDER).filter(name => !name.includes('.')))
  for (const path of globSync(SOURCES, {
    cwd: ROOT,
    exclude: ['**/node_modules/**', '**/dist/**'],
  })) {
    const source = readFileSync(join(ROOT, path))
    const name = hash('sha1', source)
    if (there.delete(name)) continue
    const partial = join(FOLDER, `${name}.${process.pid}`)
    writeFileSync(partial, stripTypeScriptTypes(source.toString()))
    renameSync(partial, join(FOLDER, name))
  }
  for (const name of there) rmSync(join(FOLDER, name), { force: true })
  const preload = pathToFileURL(join(import.meta.dirname, 'stripped.js'))
  preload.searchParams.set('folder', FOLDER)
  return `--import=${preload.href}`
}
