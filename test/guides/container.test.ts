/**
 * Five minutes with a container, followed as each page prints them, in each language: the image, the container with its two variables, the
 * records out of its log, the commands in it, and a forum that logs in and whose mail arrives signed.
 */
import assert from 'node:assert/strict'
import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { suite, test } from 'node:test'
import { type NameLiteral, startDnsServer, startFakeMx } from '@postrider/core/testing'
import { createTransport } from 'nodemailer'
import { recordsIn } from '../../packages/cli/src/records/index.ts'
import { tempFolder } from '../support/folder.ts'
import { freePorts } from '../support/ports.ts'
import { commandsOf, LANGUAGES, newcomer, read, run } from './newcomer.ts'

const ZONE: Readonly<Record<string, NameLiteral>> = {
  'example.com': { SOA: 'here', MX: '10 mx.example.com' },
  'mx.example.com': { A: '93.184.216.6' },
  'gmail.com': { MX: '5 mx.gmail.com' },
  'mx.gmail.com': { A: '127.0.0.1' },
  '5.216.184.93.in-addr.arpa': { PTR: 'example.com' },
}

interface Docker extends AsyncDisposable {
  /** Where port 587 of the container is reached. */
  readonly port: number
}

/** `docker` for the shell of a newcomer in this folder; what it started ends with it. */
async function openDocker(folder: string): Promise<Docker> {
  const state = join(folder, '.docker')
  mkdirSync(state)
  const [tls = 0, startTls = 0, admin = 0] = await freePorts('127.0.0.1', 3)
  const ports = JSON.stringify({ 465: tls, 587: startTls, 8025: admin })
  const docker = join(folder, '.bin/docker')
  writeFileSync(
    docker,
    `#!/bin/sh\nDOCKER_STATE='${state}' DOCKER_PORTS='${ports}' exec '${process.execPath}' '${join(import.meta.dirname, 'docker.ts')}' "$@"\n`,
  )
  chmodSync(docker, 0o755)
  const started = join(state, 'container-postrider.json')
  return {
    port: startTls,
    [Symbol.asyncDispose]: async () => {
      if (!existsSync(started)) return
      const { pid } = JSON.parse(readFileSync(started, 'utf8')) as { readonly pid: number }
      process.kill(pid, 'SIGTERM')
      await gone(pid)
    },
  }
}

async function gone(pid: number): Promise<void> {
  try {
    for (;;) {
      process.kill(pid, 0)
      await new Promise(resolve => setTimeout(resolve, 50))
    }
  } catch {
    // There is no such process any more.
  }
}

suite('five minutes with a container', () => {
  for (const language of ['guides', ...LANGUAGES])
    test(`take the place of a mail server: ${language}/container.md`, async t => {
      const mx = await startFakeMx()
      t.after(() => mx.close())
      const dns = await startDnsServer(ZONE)
      t.after(() => dns.close())
      const folder = tempFolder(t)
      const sh = newcomer(folder, { dns: dns.server, mxPort: mx.port })
      await using docker = await openDocker(folder)
      const commands = commandsOf(read('container.md', language))
      const [build = '', start = '', logs = '', ...inside] = commands
      assert.deepEqual(
        commands.map(command => command.split(' ', 2).join(' ')),
        ['docker build', 'docker run', 'docker logs', ...inside.map(() => 'docker exec')],
      )
      await run(sh, build)
      await run(sh, start)
      let log = ''
      while (!log.includes('listening on')) log = await run(sh, logs)
      const zone: Record<string, NameLiteral> = { ...ZONE }
      for (const { name, type, value } of recordsIn(log))
        if (type !== 'PTR' && type !== 'MX') zone[name] = { ...(zone[name] as object), [type]: value } as NameLiteral
      for (const [name, records] of Object.entries(zone)) dns.set(name, records)
      for (const command of inside) {
        const found = await run(sh, command, [0, 1, 2, 69, 75])
        assert.doesNotMatch(found, /^fail +(?:spf|dkim|dmarc)/m)
      }
      const [, user = '', pass = ''] = /smtp_user=([^:]+):(\S+)/.exec(start) ?? []
      const forum = createTransport({
        host: '127.0.0.1',
        port: docker.port,
        requireTLS: true,
        tls: { rejectUnauthorized: false },
        auth: { user, pass },
      })
      const had = mx.waitFor(1)
      await forum.sendMail({ from: user, to: 'you@gmail.com', subject: 'Hello', text: 'It works.' })
      await had
      assert.match(mx.messages[0]?.content.toString() ?? '', /^DKIM-Signature: [\s\S]*d=example\.com/m)
    })
})
