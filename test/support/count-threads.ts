/**
 * CountThreads: has V8 count in worker threads what it counts in their process. They are given an empty environment, and would not
 * be told where to write.
 */
import { syncBuiltinESMExports } from 'node:module'
import threads, { Worker, type WorkerOptions } from 'node:worker_threads'

const { NODE_V8_COVERAGE } = process.env

if (NODE_V8_COVERAGE !== undefined) {
  threads.Worker = class extends Worker {
    constructor(script: string | URL, { env, ...options }: WorkerOptions = {}) {
      super(script, { ...options, env: { ...(typeof env === 'object' ? env : process.env), NODE_V8_COVERAGE } })
    }
  }
  syncBuiltinESMExports()
}
