/**
 * Build: the web interface as static files, into `web-dist` of the package: scripts and styles under names that are made of what is in
 * them, so that a browser may keep them for ever, and the page that names them.
 *
 * Policy. Nothing in the page is a script or a style itself, so that it can be served with a policy that forbids these. No address in it
 * leads to another host.
 *
 * Not here: how they are served.
 */
import { createHash } from 'node:crypto'
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { basename, extname, join } from 'node:path'
import { brotliCompressSync, gzipSync } from 'node:zlib'
import { build } from 'esbuild'

const HERE = import.meta.dirname
const OUT = join(HERE, '../web-dist')
/** Where the page is asked for. */
const ROOT = '/ui'
const ASSETS = 'assets'
/** What browsers take, made once. */
const SQUEEZED = [
  ['.br', brotliCompressSync],
  ['.gz', (contents: Uint8Array) => gzipSync(contents, { level: 9 })],
] as const

const { outputFiles } = await build({
  entryPoints: {
    app: join(HERE, 'main.tsx'),
    theme: join(HERE, 'theme.ts'),
    style: join(HERE, 'style/style.css'),
    // A file each: a reader loads one.
    'zh-TW': join(HERE, 'language/zh-TW/index.ts'),
    'zh-CN': join(HERE, 'language/zh-CN/index.ts'),
  },
  bundle: true,
  minify: true,
  write: false,
  format: 'esm',
  target: 'es2023',
  charset: 'utf8',
  legalComments: 'none',
  conditions: ['@postrider/source'],
  jsx: 'automatic',
  jsxImportSource: 'preact',
  logLevel: 'warning',
  outdir: OUT,
})

rmSync(OUT, { recursive: true, force: true })
mkdirSync(join(OUT, ASSETS), { recursive: true })
const icon = readFileSync(join(HERE, 'icon.svg'))
const files = [...outputFiles, { path: 'icon.svg', contents: icon }]
const places = new Map(files.map(({ path, contents }) => [nameOf(path), write(path, contents)]))
const page = readFileSync(join(HERE, 'index.html'), 'utf8').replace(/\{([\w-]+)\}/g, (_, name: string) => {
  const place = places.get(name)
  if (place === undefined) throw new Error(`index.html names ${name}, which is not built`)
  return place
})
writeFileSync(join(OUT, 'index.html'), page)

function nameOf(path: string): string {
  return basename(path, extname(path))
}

/** @returns the path that it is asked by */
function write(path: string, contents: Uint8Array): string {
  const hash = createHash('sha256').update(contents).digest('hex').slice(0, 12)
  const name = `${nameOf(path)}-${hash}${extname(path)}`
  writeFileSync(join(OUT, ASSETS, name), contents)
  for (const [suffix, squeeze] of SQUEEZED) writeFileSync(join(OUT, ASSETS, name + suffix), squeeze(contents))
  return `${ROOT}/${ASSETS}/${name}`
}
