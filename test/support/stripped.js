/**
 * Stripped: preloaded into every process and thread of `npm test`, so that each finds the sources without their types.
 *
 * Policy. The program that strips costs a quarter of a second of each process and of each thread that starts it, and a run has many
 * hundred of them. The folder that this file is imported with (`stripped.js?folder=…`) has every source without its types, named
 * after what the source holds (strip.ts): a file that was changed meanwhile, or is not there, is stripped by the runtime. A thread
 * that is given an environment and flags of its own is given this file too. Plain JavaScript, or it would start that program itself.
 */
import { hash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { registerHooks, syncBuiltinESMExports } from 'node:module'
import { join } from 'node:path'
import threads from 'node:worker_threads'

const folder = new URL(import.meta.url).searchParams.get('folder')

function stripped(url) {
  try {
    return readFileSync(join(folder, hash('sha1', readFileSync(new URL(url)))))
  } catch {
    return undefined
  }
}

if (folder !== null) {
  registerHooks({
    load(url, context, next) {
      const source = url.startsWith('file:') && url.endsWith('.ts') ? stripped(url) : undefined
      return source === undefined ? next(url, context) : { format: 'module', source, shortCircuit: true }
    },
  })
  threads.Worker = class Worker extends threads.Worker {
    constructor(script, options) {
      const flags = options?.execArgv
      // Without flags of its own it has those of the process, some of which no thread may be given.
      super(script, flags === undefined ? options : { ...options, execArgv: [...flags, `--import=${import.meta.url}`] })
    }
  }
  syncBuiltinESMExports()
}
