/** Every client logs in to the relay in every way it can, and its message arrives at the MX with signatures that pass. */
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { join } from 'node:path'
import { after, before, suite, test } from 'node:test'
import { type Child, runProgram } from '../support/child.ts'
import { tempFolder } from '../support/folder.ts'
import { CLIENTS, type Client, PACKAGES, type Way, type Wish } from './clients/clients.ts'
import { installPackages } from './lab/install.ts'
import { type Lab, useLab } from './lab/lab.ts'
import { RELAY, RELAY_PORTS } from './lab/places.ts'
import { PASSWORD, startRelay, USER } from './lab/relay.ts'
import { dkimpy } from './lab/verifiers.ts'

const TEXT = 'Grüße aus dem Forum\n.\n..zwei Punkte\nZeile mit 日本語'

let lab: Lab
let relay: Child
const folder = tempFolder()

before(async () => {
  installPackages(PACKAGES)
  lab = await useLab()
  relay = await startRelay(lab, folder)
})
after(async () => {
  await relay?.stop()
})

let count = 0

function wishFor({ name }: Client, way: Way): Wish {
  const to = `client${++count}@good.test`
  const subject = `Grüße von ${name}`
  const login = { user: USER, password: PASSWORD, from: 'board@good.test' }
  return {
    ...way,
    ...login,
    host: RELAY,
    port: RELAY_PORTS[way.security],
    to,
    subject,
    text: TEXT,
    caFile: lab.caFile,
  }
}

function environment(wish: Wish): Record<string, string> {
  const { caFile, unverified, ...rest } = wish
  const named = Object.entries(rest).map(([name, value]) => [`MAIL_${name.toUpperCase()}`, String(value)] as const)
  return { ...Object.fromEntries(named), MAIL_CA: caFile, MAIL_VERIFY: unverified ? 'no' : 'yes' }
}

async function send(client: Client, wish: Wish): Promise<void> {
  const [command = '', ...args] = client.command(wish)
  const input = client.input?.(wish)
  const options = { args, env: { ...environment(wish), LC_ALL: 'C.UTF-8' }, ...(input === undefined ? {} : { input }) }
  const ended = await runProgram(command, options)
  assert.equal(ended.code, 0, `${client.name} was not content:\n${ended.stdout}${ended.stderr}\n${relay.stderr()}`)
}

// They are programs of their own, and most of their time is their start.
suite('clients', { concurrency: 4 }, () => {
  for (const client of CLIENTS)
    for (const way of client.ways)
      test(`${client.name} by ${way.security} with ${way.method.toUpperCase()}${way.unverified ? ', unverified' : ''}`, {
        timeout: 120_000,
      }, async () => {
        const wish = wishFor(client, way)
        await send(client, wish)
        const { bytes } = await lab.arrival('mx1.good.test', wish.to, 60_000)
        const opinions = await dkimpy(bytes)
        assert.deepEqual(opinions.map(({ result, selector }) => `${selector} ${result}`).sort(), [
          'ed pass',
          'sel1 pass',
        ])
        assert.equal(textOf(bytes).replaceAll('\r\n', '\n').trimEnd(), TEXT)
      })
})

/** The decoded text, as Python's parser reads it. */
function textOf(message: Buffer): string {
  return execFileSync('/usr/bin/python3', [join(import.meta.dirname, 'clients/read_text.py')], {
    input: message,
    encoding: 'utf8',
  })
}
