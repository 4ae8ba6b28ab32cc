import assert from 'node:assert/strict'
import { mkdtemp, readFile, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { suite, test } from 'node:test'
import fc from 'fast-check'
import { addSettings, keyFileFor, lineDiff, readExistingConfig, type Settings } from './index.ts'

const SETTINGS: Settings = {
  hostname: 'mail.example.com',
  domains: ['example.com'],
  keys: [{ domain: 'example.com', selector: 's1', privateKeyFile: './keys/s1.pem' }],
  queue: './data/queue.db',
  publicAddresses: [],
}

suite('the configuration file that init writes', () => {
  test('begins with what the settings are, and says what was wanted', async () => {
    const text = await addSettings('', SETTINGS)
    assert.match(text, /^# Settings of postrider/)
    assert.deepEqual(await readExistingConfig(text), {
      hostname: 'mail.example.com',
      queue: './data/queue.db',
      domains: ['example.com'],
      sendsThrough: false,
      keyDomains: ['example.com'],
      keys: [{ domain: 'example.com', selector: 's1', privateKeyFile: './keys/s1.pem' }],
    })
  })

  test('sends through a service that was named, once', async () => {
    const route = { service: 'ses', region: 'eu-central-1', login: { user: 'u', passwordFile: './ses' } }
    const text = await addSettings('', { ...SETTINGS, route })
    assert.match(text, /routes:\n {2}- domain: "\*"\n {4}service: ses\n {4}region: eu-central-1\n/)
    assert.equal((await readExistingConfig(text)).sendsThrough, true)
  })

  test('is the same text when nothing is missing', async () => {
    const text = await addSettings('', SETTINGS)
    assert.equal(await addSettings(text, { ...SETTINGS, keys: [] }), text)
  })

  test('keeps what stands, comments and order included, and never gives a key another value', async () => {
    const before =
      '# mine\nqueue: { path: /srv/q.db } # do not move\n\nhostname: mx.example.net\nrelay:\n  domains: [old.test]\n'
    const after = await addSettings(before, SETTINGS)
    assert.match(after, /^# mine\nqueue: \{ path: \/srv\/q\.db \} # do not move\n/)
    const { hostname, queue, domains } = await readExistingConfig(after)
    assert.deepEqual([hostname, queue, domains], ['mx.example.net', '/srv/q.db', ['old.test', 'example.com']])
  })

  test('a file that is no YAML is not touched, and the mistake is told', async () => {
    await assert.rejects(addSettings('a: [', SETTINGS), /cannot be read/)
  })
})

suite('a key file', () => {
  test('is made once, for its owner only, and never overwritten', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'postrider-setup-'))
    try {
      const file = join(folder, 'keys', 'a.pem')
      const first = await keyFileFor(file, { domain: 'example.com', selector: 's1' })
      const pem = await readFile(file, 'utf8')
      const second = await keyFileFor(file, { domain: 'example.com', selector: 's1' })
      assert.deepEqual([first.made, second.made], [true, false])
      assert.deepEqual(second.record, first.record)
      assert.equal(await readFile(file, 'utf8'), pem)
      assert.equal((await stat(file)).mode & 0o777, 0o600)
    } finally {
      await rm(folder, { recursive: true })
    }
  })
})

suite('the diff of a file', () => {
  test('shows what comes and goes with two lines around it', () => {
    const before = 'a\nb\nc\nd\ne\nf\n'
    assert.equal(lineDiff(before, before), '')
    assert.equal(lineDiff(before, 'a\nb\nc\nd\nX\nf\n'), '  c\n  d\n- e\n+ X\n  f')
    assert.equal(lineDiff('', 'a\nb\n'), '+ a\n+ b')
  })

  test('applied to the old lines gives the new ones', () => {
    const lines = fc.array(fc.constantFrom('a', 'b', 'c'), { maxLength: 12 })
    fc.assert(
      fc.property(lines, lines, (before, after) => {
        const diff = lineDiff(before.map(line => `${line}\n`).join(''), after.map(line => `${line}\n`).join(''))
        const count = (mark: string): number => diff.split('\n').filter(line => line.startsWith(mark)).length
        assert.equal(after.length, before.length - count('- ') + count('+ '))
        if (before.join() !== after.join()) assert.notEqual(diff, '')
      }),
    )
  })
})
