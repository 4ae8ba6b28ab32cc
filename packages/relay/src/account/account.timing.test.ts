import assert from 'node:assert/strict'
import { test } from 'node:test'
import { FakeClock } from '@postrider/core/testing'
import { ConfigStore } from './config-store.ts'
import { Logins } from './login.ts'

const { signal } = new AbortController()
const password = (user: string, password: string) => ({ kind: 'password', user, password }) as const

test('an unknown user costs as much as a known one', async () => {
  const configured = new ConfigStore()
  await configured.replace([{ name: 'bob', senders: [], password: 's3cret' }])
  const it = new Logins({ stores: [configured], clock: new FakeClock() })
  await it.check(password('nobody', 'x'), signal)
  const time = async (user: string): Promise<number> => {
    const times: number[] = []
    for (let run = 0; run < 5; run++) {
      const since = process.cpuUsage()
      await it.check(password(user, 'wrong'), signal)
      times.push(process.cpuUsage(since).user / 1000)
    }
    return Math.min(...times)
  }
  const [known, unknown] = [await time('bob'), await time('nobody')]
  assert.ok(known / unknown < 2 && unknown / known < 2, `${known} ms and ${unknown} ms`)
})
