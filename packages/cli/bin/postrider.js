#!/usr/bin/env -S node --max-semi-space-size=16 --heap-growing-percent=100
// A relay that runs for weeks holds what it needs: with the defaults of V8, made for bursts, a third more memory stands idle.
// A checkout runs its sources as they are; a published package has only dist.
import { existsSync } from 'node:fs'
import module from 'node:module'
import process from 'node:process'
import './threads.js'

const [major, minor] = process.versions.node.split('.').map(Number)
if (major < 24 || (major === 24 && minor < 12)) {
  process.stderr.write(`postrider: needs Node 24.12 or newer, this is ${process.versions.node}\n`)
  process.exit(69)
}

// Half of the time of a short command is compiling; what was compiled once is kept in the system's temporary folder.
module.enableCompileCache()

const source = new URL('../src/main.ts', import.meta.url)
if (existsSync(source)) {
  module.registerHooks({
    resolve: (specifier, context, next) =>
      next(specifier, { ...context, conditions: ['@postrider/source', ...context.conditions] }),
  })
  await import(source.href)
} else {
  await import(new URL('../dist/main.js', import.meta.url).href)
}
