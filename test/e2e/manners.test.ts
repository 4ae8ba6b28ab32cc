/** How the program behaves in a pipe, at Ctrl-C, and when a file is not what it should be; and that its help has examples. */
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { suite, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { COMMANDS, type Command } from '../../packages/cli/src/command/index.ts'
import { type Ended, startProgram } from '../support/child.ts'
import { tempFolder } from '../support/folder.ts'
import { type } from '../support/terminal.ts'
import { openWorld, type World } from '../support/world.ts'

const PROGRAM = join(import.meta.dirname, '../../packages/cli/bin/postrider.js')

function run(cwd: string, args: readonly string[], input = ''): Promise<Ended> {
  return startProgram(process.execPath, { args: [PROGRAM, ...args], cwd, input }).ended()
}

function configure(folder: string, world: World): void {
  const port = world.mx[0]!.port
  writeFileSync(
    join(folder, 'postrider.yaml'),
    `hostname: mail.sender.test\npreflight: off\nqueue: { path: q.db }\ndelivery: { port: ${port}, allowPrivateAddresses: true, retry: { scheduleMs: [1000] } }\n`,
  )
}

suite('what is piped into send', () => {
  const FLAGS = { from: 'cron@sender.test' }

  test('is the text of the message', async t => {
    await using world = await openWorld()
    const cwd = tempFolder(t)
    configure(cwd, world)
    const flags = { ...FLAGS, subject: 'Report' }
    const { code, out } = await type('send you@dest.test', {
      cwd,
      flags,
      stdin: 'all is well\n',
      seams: { resolver: world.dns },
    })
    assert.equal(code, 0, out)
    const text = world.mx[0]!.messages[0]!.content.toString('utf8')
    assert.match(text, /\r\n\r\nall is well\r\n/)
    assert.doesNotMatch(text, /test message/)
  })

  test('is not read when the text stands elsewhere', async t => {
    await using world = await openWorld()
    const cwd = tempFolder(t)
    configure(cwd, world)
    const flags = { ...FLAGS, text: 'from the flag' }
    await type('send you@dest.test', { cwd, flags, stdin: 'from the pipe', seams: { resolver: world.dns } })
    const text = world.mx[0]!.messages[0]!.content.toString('utf8')
    assert.match(text, /from the flag/)
    assert.doesNotMatch(text, /from the pipe/)
  })

  test('and was empty under a subject makes a message without text, never a test message', async t => {
    await using world = await openWorld()
    const cwd = tempFolder(t)
    configure(cwd, world)
    const flags = { ...FLAGS, subject: 'Nothing new' }
    const { code, out } = await type('send you@dest.test', { cwd, flags, stdin: '', seams: { resolver: world.dns } })
    assert.equal(code, 0, out)
    assert.doesNotMatch(world.mx[0]!.messages[0]!.content.toString('utf8'), /test message/)
  })
})

suite('send --wait', () => {
  test('tells each recipient as it settles, and of what is deferred that it stays in the queue', async t => {
    let tries = 0
    await using world = await openWorld({
      hosts: [
        {
          answer: ({ verb, line }) => {
            if (verb !== 'RCPT') return undefined
            if (line.includes('slow@') && tries++ === 0) return '451 4.7.1 later'
            return line.includes('gone@') ? '550 5.1.1 no such user' : undefined
          },
        },
      ],
    })
    const cwd = tempFolder(t)
    configure(cwd, world)
    const said: string[] = []
    const flags = { from: 'a@sender.test', wait: true, text: 'x' }
    const line = 'send you@dest.test slow@dest.test gone@dest.test'
    const ended = type(line, {
      cwd,
      flags,
      seams: { resolver: world.dns },
      onOut: text => void said.push(text),
    })
    const { code } = await ended
    const all = said.join('')
    assert.equal(code, 67, all)
    assert.match(all, /^you@dest\.test: delivered by mx1\.dest\.test/m)
    assert.match(all, /^gone@dest\.test: bounced.*no such user/m)
    assert.match(all, /^slow@dest\.test: deferred: 451 4\.7\.1 later; it stays in the queue, next attempt in /m)
    assert.ok(all.indexOf('slow@dest.test: deferred') < all.indexOf('slow@dest.test: delivered'), all)
    assert.equal(all.match(/you@dest\.test: delivered/g)?.length, 1, 'told once')
  })
})

suite('whoever reads the output and goes away', () => {
  test('ends the program quietly', async t => {
    const cwd = tempFolder(t)
    const child = spawn(process.execPath, [PROGRAM, 'queue', 'list', '--config', '/dev/null'], { cwd, stdio: 'pipe' })
    child.stdout.destroy()
    let stderr = ''
    child.stderr.setEncoding('utf8').on('data', text => {
      stderr += text
    })
    const code = await new Promise(resolve => child.on('close', resolve))
    assert.deepEqual([code, stderr], [141, ''])
  })
})

suite('Ctrl-C', () => {
  test('ends send --wait with 130 and without a stack, and the message stays in the queue', async t => {
    await using world = await openWorld({
      hosts: [{ answer: ({ verb }) => (verb === 'RCPT' ? '451 later' : undefined) }],
    })
    const cwd = tempFolder(t)
    configure(cwd, world)
    writeFileSync(
      join(cwd, 'postrider.yaml'),
      'hostname: mail.sender.test\npreflight: off\nqueue: { path: q.db }\ndns: { servers: ["127.0.0.1:9"] }\n',
    )
    const args = [PROGRAM, 'send', '--from', 'a@sender.test', 'you@dest.test', '--text', 'x', '--wait']
    const child = startProgram(process.execPath, { args, cwd })
    const [, id] = await child.says(/queued (\S{20})/)
    child.kill('SIGINT')
    const { code, stderr } = await child.ended()
    assert.equal(code, 130, stderr)
    assert.equal(stderr, `${id} stays in the queue; what becomes of it: postrider explain ${id}\n`)
  })

  test('ends what waits for input', async t => {
    const cwd = tempFolder(t)
    const config = 'hostname: mail.sender.test\npreflight: off\nqueue: { path: q.db }\n'
    writeFileSync(join(cwd, 'postrider.yaml'), config)
    const args = [PROGRAM, 'send', '--from', 'a@sender.test', 'you@dest.test', '--text', '-']
    const child = spawn(process.execPath, args, { cwd, stdio: ['pipe', 'pipe', 'pipe'] })
    t.after(() => child.kill('SIGKILL'))
    let stderr = ''
    child.stderr.setEncoding('utf8').on('data', text => {
      stderr += text
    })
    while (!existsSync(join(cwd, 'q.db'))) await sleep(20)
    child.kill('SIGINT')
    const code = await new Promise(resolve => child.on('close', resolve))
    assert.deepEqual([code, stderr], [130, ''])
  })

  test('ends serve with 130, in order', async t => {
    const cwd = tempFolder(t)
    const config = [
      'hostname: mail.sender.test',
      'queue: { path: relay/queue.db }',
      'dns: { servers: ["127.0.0.1:9"], timeoutMs: 1000 }',
      'relay: { listen: ["127.0.0.1:0"] }',
    ]
    writeFileSync(join(cwd, 'postrider.yaml'), config.join('\n'))
    const relay = startProgram(process.execPath, { args: [PROGRAM, 'serve'], cwd })
    while (!relay.stderr().includes('listening on')) await sleep(20)
    relay.kill('SIGINT')
    const { code, stderr } = await relay.ended()
    assert.equal(code, 130, stderr)
    assert.doesNotMatch(stderr, /^\s+at /m)
  })
})

suite('a file that cannot be used', () => {
  test('is named, with the reason and a fix, and no stack', async t => {
    const cwd = tempFolder(t)
    writeFileSync(join(cwd, 'postrider.yaml'), 'hostname: mail.sender.test\npreflight: off\nqueue: { path: q.db }\n')
    const missing = await run(cwd, ['send', '--from', 'a@sender.test', 'you@dest.test', '-a', 'report.pdf'])
    assert.equal(missing.code, 66)
    assert.match(
      missing.stderr,
      /^postrider: \S+report\.pdf cannot be opened: there is no such file .*\n {2}fix: check the path/,
    )
    mkdirSync(join(cwd, 'folder'))
    const folder = await run(cwd, ['feedback', 'folder'])
    assert.equal(folder.code, 66)
    assert.match(folder.stderr, /cannot be (?:opened|read): it is a folder.*\n {2}fix: name a file/)
    writeFileSync(join(cwd, 'plain'), '')
    const under = await run(cwd, ['keygen', 'example.com', '--out', 'plain/key.pem'])
    assert.notEqual(under.code, 0)
    assert.match(under.stderr, /plain\/key\.pem cannot be \S+: a part of the path is no folder.*\n {2}fix: /)
  })
})

suite('values behind flags', () => {
  const wrong: readonly (readonly [
    line: string,
    flags: Readonly<Record<string, string | readonly string[]>>,
    says: RegExp,
  ])[] = [
    ['dns example.com', { address: ['300.1.1.1'] }, /--address: found "300\.1\.1\.1", wanted an IP address/],
    ['dns example.com', { mx: 'not a host' }, /--mx: found "not a host", wanted a domain name/],
    ['dns example.com', { mx: 'mx' }, /--mx: found "mx", wanted a full host name/],
    ['dns example.com', { reports: 'nobody' }, /--reports: found "nobody", wanted an e-mail address/],
    ['dns not_a..domain', {}, /domain: found "not_a\.\.domain", wanted a domain name/],
    ['queue list', { limit: 'many' }, /--limit: found "many", wanted a whole number from 1/],
    ['keygen example.com', { bits: '12' }, /--bits: found "12", wanted a whole number from 1024/],
    ['keygen example.com', { selector: 'a b' }, /--selector: found "a b", wanted/],
    ['serve', { grace: 'soon' }, /--grace: found "soon"/],
    ['doctor example.com', { probe: 'a b' }, /--probe: found "a b", wanted/],
  ]
  for (const [line, flags, says] of wrong) {
    test(`are checked before anything is done: ${line} ${JSON.stringify(flags)}`, async t => {
      const env = { POSTRIDER_HOSTNAME: 'mail.example.com', POSTRIDER_DNS_SERVERS: '127.0.0.1:9' }
      await assert.rejects(type(line, { cwd: tempFolder(t), env, flags }), { name: 'UsageError', message: says })
    })
  }
})

suite('help', () => {
  const all = (commands: readonly Command[], before = ''): readonly (readonly [string, Command])[] =>
    commands.flatMap(command => {
      const name = `${before}${command.name}`
      return [[name, command] as const, ...all(command.subcommands ?? [], `${name} `)]
    })

  for (const [name, { examples = [] }] of all(COMMANDS)) {
    test(`of ${name} has an example of it`, () => {
      assert.ok(
        examples.some(line => line.includes(`postrider ${name}`)),
        `examples: ${examples.join('; ')}`,
      )
    })
  }
})
