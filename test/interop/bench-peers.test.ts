/** The signing relays that the benchmarks stand beside work below a folder that everybody may write, as a checkout may be. */
import assert from 'node:assert/strict'
import { chmodSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { startFakeMx } from '@postrider/core/testing'
import type { Peer } from '../bench/peers/peer.ts'
import { postfixOpenDkim, postfixOpenDkimTuned } from '../bench/peers/postfix.ts'
import { submit } from '../bench/traffic.ts'
import { ADDRESSES, openWorld } from '../bench/world.ts'
import { labFolder } from './lab/folders.ts'

async function sign(peer: Peer): Promise<string> {
  const world = await openWorld()
  const mx = await startFakeMx({ ...world.sink, certificate: false })
  const folder = labFolder('bench', 'everybody')
  chmodSync(folder, 0o777)
  const relay = await peer.start(join(folder, peer.name.replace(/\W+/g, '-')), { world, tls: false })
  try {
    await submit(relay.place, { messages: 1, sessions: 1, bodyBytes: 100, reuse: false }, ADDRESSES)
    const [message] = await mx.waitFor(1)
    return message?.content.toString() ?? ''
  } finally {
    await relay.stop()
    await mx.close()
    await world.close()
  }
}

for (const peer of [postfixOpenDkim, postfixOpenDkimTuned])
  test(`${peer.name} signs there`, async () => {
    assert.match(await sign(peer), /^DKIM-Signature: [\s\S]*\bd=bench\.test/m)
  })
