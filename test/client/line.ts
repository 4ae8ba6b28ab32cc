/**
 * Line: a relay that is a script of answers, and how a refusal is held against what was expected.
 */
import assert from 'node:assert/strict'
import { type RelayClient, RelayError, relayClient } from '@postrider/core/http'

export const HOUR_MS = 3_600_000

interface Heard {
  readonly path: string
  readonly headers: Readonly<Record<string, string>>
}

/** @param answers one for each request, in their order */
export function scripted(answers: readonly (() => Response)[]): { client: RelayClient; asked: readonly Heard[] } {
  const asked: Heard[] = []
  const client = relayClient({
    url: 'https://relay.example',
    key: 're_test',
    fetch: async (path, init) => {
      asked.push({ path: String(path), headers: init?.headers as Heard['headers'] })
      return (answers[asked.length - 1] ?? assert.fail(`asked ${asked.length} times`))()
    },
  })
  return { client, asked }
}

export async function refusedWith(asking: Promise<unknown>, status: number, code: string): Promise<RelayError> {
  const error = await asking.then(
    () => assert.fail('it was not refused'),
    (thrown: unknown) => thrown,
  )
  assert.ok(error instanceof RelayError, String(error))
  assert.deepEqual([error.status, error.code], [status, code], error.message)
  assert.ok(error.message.length > 0)
  return error
}
