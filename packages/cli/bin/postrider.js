#!/usr/bin/env node
// A checkout runs its sources as they are; a published package has only dist.
import { existsSync } from 'node:fs'
import { enableCompileCache, registerHooks } from 'node:module'

// Half of the time of a short command is compiling; what was compiled once is kept in the system's temporary folder.
enableCompileCache()

const source = new URL('../src/main.ts', import.meta.url)
if (existsSync(source)) {
  registerHooks({
    resolve: (specifier, context, next) =>
      next(specifier, { ...context, conditions: ['@postrider/source', ...context.conditions] }),
  })
  await import(source.href)
} else {
  await import(new URL('../dist/main.js', import.meta.url).href)
}
