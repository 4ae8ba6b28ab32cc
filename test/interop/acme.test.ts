/** The relay gets its certificate from a real ACME server (pebble), by each kind of challenge, and shows it. */
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { type AddressInfo, createServer as createTcpServer } from 'node:net'
import { join } from 'node:path'
import { after, before, suite, test } from 'node:test'
import { connect } from 'node:tls'
import { type DnsServer, makeAuthority, makeCertificate, startDnsServer } from '@postrider/core/testing'
import { type Child, startProgram } from '../support/child.ts'
import { tempFolder } from '../support/folder.ts'
import { installPackages } from './lab/install.ts'

const folder = tempFolder()
const NAME = 'mail.acme.test'
const authority = makeAuthority('Pebble itself')
const ports = { acme: 0, management: 0, http: 0, tls: 0 }
let dns: DnsServer
let pebble: Child

before(async () => {
  installPackages(['pebble'])
  for (const name of Object.keys(ports) as (keyof typeof ports)[]) ports[name] = await freePort()
  const { cert, key } = makeCertificate({ names: ['localhost', '127.0.0.1'], issuer: authority })
  writeFileSync(join(folder, 'ca.pem'), authority.cert)
  writeFileSync(join(folder, 'pebble.crt'), cert)
  writeFileSync(join(folder, 'pebble.key'), key)
  const config = {
    pebble: {
      listenAddress: `127.0.0.1:${ports.acme}`,
      managementListenAddress: `127.0.0.1:${ports.management}`,
      certificate: join(folder, 'pebble.crt'),
      privateKey: join(folder, 'pebble.key'),
      httpPort: ports.http,
      tlsPort: ports.tls,
      ocspResponderURL: '',
      externalAccountBindingRequired: false,
    },
  }
  writeFileSync(join(folder, 'pebble.json'), JSON.stringify(config))
  dns = await startDnsServer({
    [NAME]: { A: ['127.0.0.1'] },
    [`_acme-challenge.${NAME}`]: { TXT: ['nothing yet'], ttl: 0 },
  })
  pebble = startProgram('pebble', {
    args: ['-config', join(folder, 'pebble.json'), '-dnsserver', dns.server],
    env: { PEBBLE_VA_NOSLEEP: '1', PEBBLE_WFE_NONCEREJECT: '20' },
  })
  await pebble.says(/ACME directory available/)
})
after(async () => {
  await pebble?.stop()
  await dns?.close()
})

async function freePort(): Promise<number> {
  const server = createTcpServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  await once(server, 'close')
  return port
}

const RELAY = `
import { createRelay } from '@postrider/relay'
const relay = await createRelay(JSON.parse(process.argv[1]))
const [bound] = await relay.listen()
process.stdout.write('listening on ' + bound.port + '\\n')
process.on('SIGTERM', () => void relay.close({ withinMs: 0 }))
`

/** The issuer and names of the certificate that is shown, as soon as it is one of an authority. */
async function certificateOf(port: number): Promise<string> {
  const late = AbortSignal.timeout(40_000)
  for (;;) {
    const socket = connect({ host: '127.0.0.1', port, servername: NAME, rejectUnauthorized: false })
    await once(socket, 'secureConnect')
    const { issuer = '', subjectAltName = '' } = socket.getPeerX509Certificate() ?? {}
    socket.destroy()
    if (/Pebble/.test(issuer)) return subjectAltName
    if (late.aborted) throw new Error(`still the certificate of ${issuer}`)
    await new Promise(resolve => setTimeout(resolve, 200))
  }
}

async function relayWith(acme: object, name: string): Promise<string> {
  const own = join(folder, name)
  const options = {
    hostname: NAME,
    queue: { path: join(own, 'queue.db') },
    preflight: 'off',
    relay: {
      folder: own,
      listen: ['127.0.0.1:0/tls'],
      acme: { directory: `https://127.0.0.1:${ports.acme}/dir`, email: 'postmaster@acme.test', ...acme },
    },
  }
  const relay = startProgram(process.execPath, {
    args: ['--conditions=@postrider/source', '--input-type=module', '--eval', RELAY, JSON.stringify(options)],
    cwd: import.meta.dirname,
    env: { NODE_EXTRA_CA_CERTS: join(folder, 'ca.pem') },
  })
  try {
    const [, port] = await relay.says(/listening on (\d+)/)
    return await certificateOf(Number(port))
  } finally {
    await relay.stop()
  }
}

suite('ACME', () => {
  test('http-01', async () => {
    assert.equal(await relayWith({ challenge: 'http-01', listen: `127.0.0.1:${ports.http}` }, 'http'), `DNS:${NAME}`)
  })
  test('tls-alpn-01', async () => {
    assert.equal(await relayWith({ challenge: 'tls-alpn-01', listen: `127.0.0.1:${ports.tls}` }, 'alpn'), `DNS:${NAME}`)
  })
  test('dns-01 by a hook', async () => {
    const told: string[] = []
    const hook = createServer(async (request, response) => {
      let body = ''
      for await (const chunk of request) body += chunk
      const { action, name, value } = JSON.parse(body) as Record<'action' | 'name' | 'value', string>
      told.push(action)
      dns.set(name, action === 'set' ? { TXT: [value], ttl: 0 } : undefined)
      response.writeHead(204).end()
    }).listen(0, '127.0.0.1')
    await once(hook, 'listening')
    const dnsHook = `http://127.0.0.1:${(hook.address() as AddressInfo).port}/`
    assert.equal(await relayWith({ challenge: 'dns-01', dnsHook }, 'dns'), `DNS:${NAME}`)
    assert.deepEqual(told, ['set', 'clear'])
    hook.close()
    hook.closeAllConnections()
  })
})
