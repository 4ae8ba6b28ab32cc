/**
 * Through: a test relay whose mail really leaves, to a fake MX for every domain under `dest.example`.
 */
import { createFakeDns, type FakeMx, startFakeMx, TEST_RANGES } from '@postrider/core/testing'
import type { RelaySeams } from '../assembly/relay-parts.ts'
import type { RelayOptions } from '../config/options.ts'
import { startTestRelay, type TestRelay } from './test-relay.ts'

export interface ThroughRelay extends TestRelay {
  readonly mx: FakeMx
}

export async function startThroughRelay(options: RelayOptions = {}, seams: RelaySeams = {}): Promise<ThroughRelay> {
  const mx = await startFakeMx()
  const resolver = createFakeDns({
    'dest.example': { MX: ['10 mx.dest.example'] },
    'mx.dest.example': { A: ['127.0.0.1'] },
  })
  const test = await startTestRelay(
    { delivery: { port: mx.port, allowPrivateAddresses: true }, ...options },
    { resolver, deliver: true, specialRanges: TEST_RANGES, ...seams },
  )
  return {
    ...test,
    mx,
    [Symbol.asyncDispose]: async () => {
      await test[Symbol.asyncDispose]()
      await mx.close()
    },
  }
}
