/**
 * The doctor asks the public part under its own names, as a stranger would.
 */
import assert from 'node:assert/strict'
import { createServer as createPlain } from 'node:http'
import { createServer } from 'node:https'
import type { AddressInfo, Server } from 'node:net'
import { test } from 'node:test'
import { FakeClock, makeAuthority, makeCertificate } from '@postrider/core/testing'
import { checkPublic } from '../../packages/cli/src/checkup/index.ts'
import { lookAt } from '../../packages/relay/src/assembly/public-look.ts'
import { publicRootsOf } from '../../packages/relay/src/config/public-root.ts'
import { resolveRelayOptions } from '../../packages/relay/src/index.ts'
import { NOTHING_HERE } from '../../packages/relay/src/public/index.ts'
import { publicAsker } from '../../packages/relay/src/server/index.ts'
import { startPublicWorld } from './world.ts'

async function listen(server: Server): Promise<{ readonly port: number } & AsyncDisposable> {
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return { port, [Symbol.asyncDispose]: () => new Promise(resolve => server.close(() => resolve())) }
}

test('our own part is known by its words, and another server under the name is told', async () => {
  await using world = await startPublicWorld()
  await using other = await listen(createPlain((_, answer) => answer.writeHead(404).end('nginx')))
  const roots = [world.place, `http://127.0.0.1:${other.port}`]
  const [ours, foreign] = checkPublic(await lookAt(roots, []))
  assert.deepEqual([ours?.id, ours?.level, ours?.fix], ['public.answers', 'ok', undefined])
  assert.equal(foreign?.level, 'fail')
  assert.match(foreign?.found ?? '', /another server \(status 404\)/)
})

test('a certificate that browsers do not accept and a port that is shut each have a way out', async () => {
  const authority = makeAuthority()
  const said = makeCertificate({ names: ['localhost'], issuer: authority })
  await using encrypted = await listen(createServer(said, (_, answer) => answer.writeHead(404).end(NOTHING_HERE)))
  const root = `https://localhost:${encrypted.port}`
  const [strange] = checkPublic(await lookAt([root], []))
  assert.equal(strange?.level, 'fail')
  assert.match(strange?.fix ?? '', /relay\.acme/)
  const [known] = checkPublic(await lookAt([root], [authority.cert]))
  assert.equal(known?.level, 'ok')
  const shut = await listen(createPlain())
  await shut[Symbol.asyncDispose]()
  const [silent] = checkPublic(await lookAt([`http://127.0.0.1:${shut.port}`], []))
  assert.match(silent?.found ?? '', /ECONNREFUSED/)
  assert.match(silent?.fix ?? '', /firewall/)
})

test('who answers drop by drop is not waited for', async () => {
  await using slow = await listen(
    createPlain((_, answer) => {
      answer.writeHead(404)
      answer.write('t')
    }),
  )
  const clock = new FakeClock()
  const asking = publicAsker([], clock)(new URL(`http://127.0.0.1:${slow.port}`))
  const refused = assert.rejects(asking, /no whole answer in 10000 ms|aborted/)
  await clock.advance(10_000)
  await refused
})

test('each name is asked where its links lead', async () => {
  const roots = async (relay: object): Promise<readonly string[]> =>
    publicRootsOf(await resolveRelayOptions({ hostname: 'mail.example.com', relay }))
  assert.deepEqual(await roots({}), [])
  const listen = ['127.0.0.1:8081/plain', '0.0.0.0:8443/tls']
  assert.deepEqual(await roots({ public: { listen } }), ['https://mail.example.com:8443'])
  const names = ['links.example.com', 'out.example.net']
  assert.deepEqual(await roots({ public: { listen: ['0.0.0.0:443/tls'], names } }), [
    'https://links.example.com',
    'https://out.example.net',
  ])
  const behind = { listen: ['127.0.0.1:8081/plain'] }
  const proxied = { public: behind, http: { proxies: ['127.0.0.1'] } }
  assert.deepEqual(await roots({ public: { ...behind, names: ['a.example.com'] } }), ['https://a.example.com'])
  assert.deepEqual(await roots(proxied), ['https://mail.example.com'])
  assert.deepEqual(await roots({ public: behind }), ['http://127.0.0.1:8081'])
})
