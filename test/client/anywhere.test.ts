/**
 * `@postrider/core/http` where there is nothing of Node's: bundled for no platform in particular, run in a world that has what Workers have.
 */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createContext, runInContext } from 'node:vm'
import { build } from 'esbuild'
import { FROM, startResendWorld, TO } from '../resend/world.ts'

const MOST_BYTES = 8704
const ENTRY = new URL('../../packages/core/src/http.ts', import.meta.url).pathname

/** What Workers, Deno, Bun and browsers have alike. */
const EVERYWHERE = {
  AbortController,
  AbortSignal,
  TextDecoderStream,
  TextEncoder,
  URL,
  URLSearchParams,
  btoa,
  clearTimeout,
  crypto,
  fetch,
  setTimeout,
}

async function bundle(): Promise<string> {
  const { outputFiles } = await build({
    entryPoints: [ENTRY],
    bundle: true,
    minify: true,
    write: false,
    format: 'esm',
    platform: 'neutral',
    // What is not there on this platform is an error of the build.
    logLevel: 'silent',
  })
  return outputFiles[0]?.text ?? ''
}

test(`it is at most ${MOST_BYTES} bytes, asks for nothing of Node's, and works where there is nothing of it`, async () => {
  const code = await bundle()
  const [, exported = ''] = /export\{(.*)\};?\s*$/.exec(code) ?? []
  // What has no modules: `A as RelayError,B as relayClient` is an object of them.
  const script = `${code.slice(0, code.lastIndexOf('export{'))};globalThis.postrider={${exported.replace(/(\w+) as (\w+)/g, '$2:$1')}}`
  assert.ok(code.length <= MOST_BYTES, `${code.length} bytes`)
  assert.doesNotMatch(code, /node:|\brequire\(|\bprocess\.|\bBuffer\b/)
  await using world = await startResendWorld()
  const { url, key } = world
  const context = createContext({ ...EVERYWHERE, url, key, from: FROM, to: TO })
  runInContext(script, context)
  const told = (await runInContext(
    `(async () => {
      const client = postrider.relayClient({ url, key })
      const attachments = [{ filename: 'a.bin', content: new Uint8Array([1, 2, 3]) }]
      const id = await client.send({ from, to, subject: 'From nowhere', text: 'Hi', attachments })
      for await (const { type } of client.events({ after: 'beginning', message: id })) if (type === 'message.delivered') break
      const refused = await client.send({ from: 'x@elsewhere.example', to, text: '' }).catch(error => error.code)
      return [(await client.get(id)).card.subject, typeof process, refused].join()
    })()`,
    context,
  )) as string
  assert.equal(told, 'From nowhere,undefined,validation_error')
  assert.equal(world.mx.messages.length, 1)
})
