import assert from 'node:assert/strict'
import dgram from 'node:dgram'
import { once } from 'node:events'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { test } from 'node:test'
import { runScript } from './child.ts'

const PRELOAD = ['--import', join(import.meta.dirname, 'deny-network.ts')]

test('a TCP connection to elsewhere fails, and so does its process', async () => {
  const script = `import { connect } from 'node:net'; connect(25, '192.0.2.1').on('error', error => console.log(error.code))`
  const ended = await runScript(script, { nodeOptions: PRELOAD })
  assert.equal(ended.code, 1)
  assert.match(ended.stdout, /EACCES/)
  assert.match(ended.stderr, /connect to 192\.0\.2\.1/)
})

test('a swallowed fetch by name is still told', async () => {
  const ended = await runScript(`await fetch('http://example.com').catch(() => undefined)`, { nodeOptions: PRELOAD })
  assert.equal(ended.code, 1)
  assert.match(ended.stderr, /example\.com/)
})

test('a UDP packet to elsewhere fails', async () => {
  const script = `import dgram from 'node:dgram'; const s = dgram.createSocket('udp4'); try { s.send('x', 53, '192.0.2.1') } catch {} s.close()`
  const ended = await runScript(script, { nodeOptions: PRELOAD })
  assert.equal(ended.code, 1)
  assert.match(ended.stderr, /UDP send to 192\.0\.2\.1/)
})

test('the system resolver is out of reach', async () => {
  const script = `import { resolveMx } from 'node:dns/promises'; await resolveMx('example.com').catch(() => undefined)`
  const ended = await runScript(script, { nodeOptions: PRELOAD })
  assert.equal(ended.code, 1)
  assert.match(ended.stderr, /system resolver asked for example\.com/)
})

test('a resolver of its own may ask loopback only', async () => {
  const script = `import { Resolver } from 'node:dns/promises'; const r = new Resolver({ timeout: 100, tries: 1 })
    r.setServers(['127.0.0.1:9']); await r.resolve4('example.com').catch(error => console.log(error.code))
    r.setServers(['192.0.2.1']); try { await r.resolve4('example.com') } catch {}`
  const ended = await runScript(script, { nodeOptions: PRELOAD })
  assert.match(ended.stdout, /ECONNREFUSED|ETIMEOUT/)
  assert.equal(ended.stderr.match(/asked for/g)?.length, 1)
  assert.match(ended.stderr, /name server 192\.0\.2\.1 asked for example\.com/)
})

test('worker threads are guarded too', async () => {
  const script = `import { Worker } from 'node:worker_threads'
    new Worker("fetch('http://example.org').catch(() => undefined)", { eval: true })`
  const ended = await runScript(script, { nodeOptions: PRELOAD })
  assert.match(ended.stderr, /example\.org/)
})

test('a look-up of the caller that leads elsewhere fails', async () => {
  const script = `import { connect } from 'node:net'
    const lookup = (name, options, done) => options.all ? done(null, [{ address: '192.0.2.9', family: 4 }]) : done(null, '192.0.2.9', 4)
    connect({ port: 25, host: 'mx.example', lookup }).on('error', () => undefined)`
  const ended = await runScript(script, { nodeOptions: PRELOAD })
  assert.equal(ended.code, 1)
  assert.match(ended.stderr, /mx\.example \(192\.0\.2\.9\)/)
})

test('loopback is free: TCP by address and by name, UDP', async () => {
  const server = createServer(socket => socket.end('x')).listen(0, '127.0.0.1')
  const udp = dgram.createSocket('udp4')
  udp.bind(0, '127.0.0.1')
  await Promise.all([once(server, 'listening'), once(udp, 'listening')])
  const port = (server.address() as { port: number }).port
  const script = `import { connect } from 'node:net'; import { once } from 'node:events'; import dgram from 'node:dgram'
    for (const host of ['127.0.0.1', 'localhost']) await once(connect(${port}, host).resume(), 'close')
    const lookup = (name, options, done) => options.all ? done(null, [{ address: '127.0.0.1', family: 4 }]) : done(null, '127.0.0.1', 4)
    await once(connect({ port: ${port}, host: 'mx.example', lookup }).resume(), 'close')
    const s = dgram.createSocket('udp4'); s.send('x', ${udp.address().port}, '127.0.0.1', () => s.close())`
  const ended = await runScript(script, { nodeOptions: PRELOAD })
  server.close()
  udp.close()
  assert.equal(ended.code, 0, ended.stderr)
})
