/**
 * What is built: how much a browser loads, and from where.
 */
import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { gzipSync } from 'node:zlib'

const BUILT = join(import.meta.dirname, '../../packages/relay/web-dist')
const MOST = 150_000

test('all scripts and styles are 150 KB at the most, as gzip -9 has them', () => {
  const files = readdirSync(join(BUILT, 'assets')).filter(name => /\.(?:js|css)$/.test(name))
  const sizes = files.map(name => gzipSync(readFileSync(join(BUILT, 'assets', name)), { level: 9 }).length)
  const sum = sizes.reduce((all, size) => all + size, 0)
  assert.ok(sum > 10_000 && sum <= MOST, `${sum} octets`)
})

test('the page has no script and no style in itself, and names no other host', () => {
  const page = readFileSync(join(BUILT, 'index.html'), 'utf8')
  assert.doesNotMatch(page, /<style|style=|<script>|\son\w+=|https?:/)
  for (const [, address = ''] of page.matchAll(/(?:src|href)="([^"]+)"/g)) assert.match(address, /^\/ui\/assets\//)
})
