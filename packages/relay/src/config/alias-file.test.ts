import assert from 'node:assert/strict'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { suite, test } from 'node:test'
import { MailerError } from '@postrider/core'
import { type Alias, parseAliases, readAliases } from './alias-file.ts'

const read = (text: string, known: readonly Alias[] = []): Record<string, readonly string[]> =>
  Object.fromEntries(parseAliases(text, { file: '/etc/aliases', known }).map(({ name, to }) => [name, to]))

function refused(text: string): string {
  try {
    parseAliases(text, { file: '/etc/aliases' })
  } catch (error) {
    assert.ok(MailerError.is(error))
    assert.equal(error.code, 'invalid-config')
    return error.message
  }
  return 'taken'
}

suite('a file of aliases', () => {
  test('leads names, in any case, to addresses, through each other and over several lines', () => {
    const text = `# /etc/aliases
Postmaster:    root
abuse: root,
  # a comment ends nothing

\tSecurity@Example.NET
"web master": nobody@example.net
root: me@example.net, <you@example.org>, "ann lee"@example.org
Sales@shop.example: "quoted@example.net"
noc : ABUSE
`
    assert.deepEqual(refused(text), '/etc/aliases:7: found the name "web master", wanted name: address, address')
    const people = ['me@example.net', 'you@example.org', '"ann lee"@example.org']
    assert.deepEqual(read(text.replace('web master', 'webmaster')), {
      postmaster: people,
      abuse: ['Security@example.net', ...people],
      webmaster: ['nobody@example.net'],
      root: people,
      'sales@shop.example': ['quoted@example.net'],
      noc: ['Security@example.net', ...people],
    })
  })
  test('is read the same with the line ends of Windows, and empty it has none', () => {
    assert.deepEqual(read('root: a@x.example,\r\n b@x.example\r\n'), { root: ['a@x.example', 'b@x.example'] })
    assert.deepEqual(read(''), {})
    assert.deepEqual(read('# nothing\n\n'), {})
  })
  test('may lead to names of the configuration, which come first', () => {
    const known = [{ name: 'Root', to: ['boss@example.net'] }]
    assert.deepEqual(read('postmaster: root\nroot: other@example.net\nhostmaster: root\n', known), {
      postmaster: ['boss@example.net'],
      root: ['other@example.net'],
      hostmaster: ['boss@example.net'],
    })
  })
  for (const [target, why] of [
    ['|/usr/bin/procmail', /found a program \(\|\/usr/],
    [String.raw`"|/usr/bin/vacation -a \"x, y\" root"`, /found a program \(\|\/usr\/bin\/vacation -a "x, y" root\)/],
    ['/var/mail/root', /found a file .*no mail is kept here/],
    ['/dev/null', /found a file/],
    ['~/Mailbox', /found a file/],
    [':include:/etc/people', /found a list in another file/],
    [':blackhole:', /found an instruction to a mail server/],
    ['\\root', /found a mailbox of this host/],
    ['somebody', /somebody, a name that no line has, wanted an address, or a line somebody: address/],
    ['me@-example-.net', /me@-example-\.net: /],
    ['me@example.net # me', /me@example\.net # me: /],
    ['', /me with nobody behind it/],
    ['me', /me, which leads back to itself/],
  ] as const) {
    test(`refuses ${JSON.stringify(target)} with its line and the reason`, () => {
      const message = refused(`root: a@example.net\n\nme: ${target}\n`)
      assert.match(message, /^\/etc\/aliases:3: found /)
      assert.match(message, why)
    })
  }
  test('tells all that is wrong at once, in order', () => {
    const lines = refused('a: b\nb: c\nc: b\nno colon\na: x@example.net\n+nis\n').split('\n')
    assert.deepEqual(
      lines.map(line => /:(\d+):/.exec(line)?.[1]),
      ['4', '5', '6'],
    )
    assert.match(lines[1] ?? '', /a again, as in line 1/)
    assert.match(refused('a: b\nb: c\nc: b\n'), /:2: found b, which leads back to itself[\s\S]*:3: found c, which/)
  })
  test('is bounded: addresses of a name, names, and time with names that lead to all others', () => {
    const many = Array.from({ length: 51 }, (_, at) => `a${at}@example.net`).join(', ')
    assert.match(refused(`all: ${many}\n`), /all with more than 50 addresses, wanted 50 at most/)
    const names = Array.from({ length: 10_001 }, (_, at) => `n${at}: a@example.net\n`).join('')
    assert.match(refused(names), /10001 names, wanted 10000 at most/)
    const ladder = Array.from(
      { length: 300 },
      (_, at) => `s${at}: s${at + 1}, t${at + 1}\nt${at}: s${at + 1}, t${at + 1}\n`,
    )
    assert.deepEqual(read(`${ladder.join('')}s300: a@x.example\nt300: b@x.example\n`).s0?.toSorted(), [
      'a@x.example',
      'b@x.example',
    ])
  })
  for (const text of [
    'postmaster: root\nroot: postmaster@b.example',
    'postmaster: Root+x@B.example\nroot: postmaster',
    'sales@c.example: boss@c.example\nboss@c.example: Sales@c.example',
    'root: root@b.example, me@x.example',
  ]) {
    test(`does not lead round through addresses of ours: ${JSON.stringify(text)}`, () => {
      const of = (domains: readonly string[]) => () => parseAliases(text, { file: 'f', domains })
      assert.throws(of(['b.example']), /f:1: found [\w@.]+, which leads back to itself/)
      if (!text.includes('c.example')) assert.equal(of(['other.example'])().length, text.split('\n').length)
    })
  }
  test('does not lead round through the configuration, and neither does that by itself', async () => {
    const known = [{ name: 'b', to: ['a@b.example'] }]
    const domains = ['b.example']
    assert.throws(() => parseAliases('a: b', { file: 'f', known, domains }), /relay\.inbound\.aliases: found b, which/)
    assert.deepEqual(parseAliases('a: b', { file: 'f', known })[0]?.to, ['a@b.example'])
    const options = { hostname: 'mail.b.example', returnPath: { domain: 'b.example' } }
    const inbound = { aliases: [...known, { name: 'a', to: ['b@mail.b.example'] }], aliasesFile: '' }
    await assert.rejects(readAliases({ relay: { inbound }, options } as never), /found b, which leads back to itself/)
  })
  test('follows an address of ours to the people behind it', () => {
    const text = 'postmaster: root@b.example\nroot: me@x.example'
    const [first] = parseAliases(text, { file: 'f', domains: ['b.example'] })
    assert.deepEqual(first?.to, ['me@x.example'])
  })
  test('follows a chain of all its names, each of them once', () => {
    const chain = Array.from({ length: 9999 }, (_, at) => `n${at}: n${at + 1}\n`).join('')
    const found = parseAliases(`${chain}n9999: me@x.example\n`, { file: 'f' })
    assert.ok(found.every(({ to }) => to.join() === 'me@x.example'))
  })
  test('that cannot be read, or is too large, is refused by name', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'postrider-aliases-'))
    const file = join(folder, 'aliases')
    const of = (): Promise<readonly Alias[]> =>
      readAliases({
        relay: { inbound: { aliases: [], aliasesFile: file } },
        options: { hostname: 'mail.b.example', returnPath: {} },
      } as never)
    try {
      await assert.rejects(of(), (error: Error) =>
        error.message.startsWith(`${file}: found a file that cannot be read (ENOENT)`),
      )
      await writeFile(file, Buffer.alloc(4 * 1024 * 1024 + 1, '#'))
      await assert.rejects(of(), /4194305 octets, wanted 4194304 at most/)
      await writeFile(file, 'root: me@example.net\n')
      assert.deepEqual(await of(), [{ name: 'root', to: ['me@example.net'] }])
    } finally {
      await rm(folder, { recursive: true })
    }
  })
})
