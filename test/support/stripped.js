/**
 * Stripped: preloaded into every process and thread of `npm test`, so that each finds the sources without their types.
 *
 * Policy. The program that strips costs a quarter of a second of each process and of each thread that starts it, and a run has many
 * hundred of them. The folder that this file is imported with (`stripped.js?folder=…`) has every source without its types, named
 * after its path and when it was written (strip.ts): a file that was changed meanwhile, or is not there, is stripped by the runtime. A thread
 * of the queue is one file there, and needs nothing else; another one that is given an environment and flags of its own is given
 * this file too. Plain JavaScript, or it would start that program itself.
 */
import { hash } from 'node:crypto'
import { existsSync, readFileSync, statSync } from 'node:fs'
import { registerHooks, syncBuiltinESMExports } from 'node:module'
import { basename, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import threads from 'node:worker_threads'

const folder = new URL(import.meta.url).searchParams.get('folder')
const THREADS = '/packages/core/src/queue/sqlite/thread/'

/** Under which name the source at this path is there, as long as it is not written again. */
export function strippedName(path) {
  const { mtimeNs, size } = statSync(path, { bigint: true })
  return hash('sha1', `${path} ${mtimeNs} ${size}`)
}

function stripped(url) {
  try {
    return readFileSync(join(folder, strippedName(fileURLToPath(url))))
  } catch {
    return undefined
  }
}

function threadProgram(script) {
  if (!(script instanceof URL) || !script.pathname.includes(THREADS)) return undefined
  const program = join(folder, basename(script.pathname).replace(/\.ts$/, '.thread.mjs'))
  return existsSync(program) ? program : undefined
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
      const program = threadProgram(script)
      const flags = options?.execArgv
      // Without flags of its own it has those of the process, some of which no thread may be given.
      const given =
        program !== undefined || flags === undefined
          ? options
          : { ...options, execArgv: [...flags, `--import=${import.meta.url}`] }
      super(program ?? script, given)
    }
  }
  syncBuiltinESMExports()
}
