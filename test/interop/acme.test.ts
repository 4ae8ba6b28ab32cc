/** The relay gets its certificate from a real ACME server (pebble), by each kind of challenge, shows it, and has it made anew in time. */
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
const VALID_DAYS = 90
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
      certificateValidityPeriod: VALID_DAYS * 86_400,
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

/** Its clock is moved on by each signal, to where a certificate is nearly due first; it says on which day it has one. */
const RELAY_OF_DAYS = `
import { FakeClock } from '@postrider/core/testing'
import { createRelay } from '@postrider/relay'
const DAY = 86_400_000
const began = Date.now()
const clock = new FakeClock(began)
const day = () => (clock.now() - began) / DAY
const nothing = () => undefined
const info = ({ event }) => {
  if (event === 'acme-certificate') process.stdout.write('certificate on day ' + day() + '\\n')
}
const logger = { debug: nothing, info, warn: nothing, error: nothing, child: () => logger }
const relay = await createRelay(JSON.parse(process.argv[1]), { clock, logger })
const [bound] = await relay.listen()
process.stdout.write('listening on ' + bound.port + '\\n')
process.on('SIGUSR2', async () => {
  if (day() < 1) clock.step(58 * DAY)
  await clock.advance(DAY / 2)
  process.stdout.write('it is day ' + day() + '\\n')
})
process.on('SIGTERM', () => void relay.close({ withinMs: 0 }))
`

interface Shown {
  readonly names: string
  readonly serial: string
  readonly key: string
}

/** The certificate that is shown, as soon as it is one of the authority, and another one than before. */
async function certificateOf(port: number, before?: Shown, moveOn?: () => Promise<unknown>): Promise<Shown> {
  const late = AbortSignal.timeout(40_000)
  for (;;) {
    await moveOn?.()
    const socket = connect({ host: '127.0.0.1', port, servername: NAME, rejectUnauthorized: false })
    await once(socket, 'secureConnect')
    const shown = socket.getPeerX509Certificate()
    socket.destroy()
    if (shown !== undefined && /Pebble/.test(shown.issuer) && shown.serialNumber !== before?.serial) {
      const key = shown.publicKey.export({ format: 'pem', type: 'spki' }).toString()
      return { names: shown.subjectAltName ?? '', serial: shown.serialNumber, key }
    }
    if (late.aborted) throw new Error(`still the certificate of ${shown?.issuer}`)
    await new Promise(resolve => setTimeout(resolve, 200))
  }
}

function startRelay(
  code: string,
  { acme, own, more }: { readonly acme: object; readonly own: string; readonly more?: object },
) {
  const options = {
    hostname: NAME,
    queue: { path: join(own, 'queue.db') },
    preflight: 'off',
    relay: {
      folder: own,
      listen: ['127.0.0.1:0/tls'],
      acme: { directory: `https://127.0.0.1:${ports.acme}/dir`, email: 'postmaster@acme.test', ...acme },
      ...more,
    },
  }
  return startProgram(process.execPath, {
    args: ['--conditions=@postrider/source', '--input-type=module', '--eval', code, JSON.stringify(options)],
    cwd: import.meta.dirname,
    env: { NODE_EXTRA_CA_CERTS: join(folder, 'ca.pem') },
  })
}

async function relayWith(acme: object, name: string): Promise<string> {
  const relay = startRelay(RELAY, { acme, own: join(folder, name) })
  try {
    const [, port] = await relay.says(/listening on (\d+)/)
    return (await certificateOf(Number(port))).names
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
  test('http-01 by the public part, and anew with the same key when a third of its life is left', async () => {
    const more = { public: { listen: [`127.0.0.1:${ports.http}/plain`] } }
    const relay = startRelay(RELAY_OF_DAYS, { acme: { challenge: 'http-01' }, own: join(folder, 'public'), more })
    let day = 58.5
    // A session that is open when its clock is moved on has waited for too long.
    const moveOn = async (): Promise<void> => {
      relay.kill('SIGUSR2')
      await relay.says(new RegExp(`it is day ${day}\\n`))
      day += 0.5
    }
    try {
      const [, port] = await relay.says(/listening on (\d+)/)
      const first = await certificateOf(Number(port))
      assert.equal(first.names, `DNS:${NAME}`)
      const second = await certificateOf(Number(port), first, moveOn)
      assert.deepEqual([second.names, second.key], [first.names, first.key])
      const days = [...relay.stdout().matchAll(/certificate on day ([\d.]+)/g)].map(([, day]) => Number(day))
      assert.equal(days[0], 0)
      assert.ok(days[1]! >= VALID_DAYS - 30.1, `anew on day ${days[1]}`)
      const challenge = await fetch(`http://127.0.0.1:${ports.http}/.well-known/acme-challenge/over`)
      assert.equal(challenge.status, 404)
    } finally {
      await relay.stop()
    }
  })
})
