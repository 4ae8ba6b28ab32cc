import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { X509Certificate } from 'node:crypto'
import { mkdir, mkdtemp, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, suite, test } from 'node:test'
import { MailerError } from '@postrider/core'
import { FakeClock, makeAuthority, makeCertificate } from '@postrider/core/testing'
import { CertificateStore } from './certificate-store.ts'
import { findPairs } from './find.ts'
import { certificateRequest, makeKey, selfSigned } from './issue.ts'
import { type CertificatePair, readPair } from './pair.ts'
import { makeSelfSigned } from './self-signed.ts'

const root = await mkdtemp(join(tmpdir(), 'postrider-certificate-'))
after(() => rm(root, { recursive: true }))
const NOW = Date.UTC(2026, 0, 5, 12)
const DAY = 86_400_000
let folders = 0

async function folderWith(files: Readonly<Record<string, string>>): Promise<string> {
  const folder = join(root, String(++folders))
  await mkdir(folder)
  for (const [name, text] of Object.entries(files)) await writeFile(join(folder, name), text)
  return folder
}

suite('issue', () => {
  test('a self-signed certificate is one that OpenSSL believes to be right', async () => {
    const key = await makeKey()
    const pem = selfSigned({
      names: ['mail.abc.mail', 'smtp.abc.mail', '192.0.2.1'],
      key,
      now: NOW,
      validMs: 3650 * DAY,
    })
    const certificate = new X509Certificate(pem)
    assert.equal(certificate.subject, 'CN=mail.abc.mail')
    assert.equal(certificate.subjectAltName, 'DNS:mail.abc.mail, DNS:smtp.abc.mail, IP Address:192.0.2.1')
    assert.equal(certificate.verify(certificate.publicKey), true)
    assert.equal(certificate.issuer, certificate.subject)
    assert.equal(certificate.ca, false)
    assert.equal(certificate.validToDate.getTime(), NOW + 3650 * DAY)
  })
  test('dates from 2050 on are written in full (RFC 5280 §4.1.2.5)', async () => {
    const pem = selfSigned({
      names: ['a.example'],
      key: await makeKey(),
      now: Date.UTC(2049, 11, 31),
      validMs: 400 * DAY,
    })
    assert.equal(new X509Certificate(pem).validToDate.getUTCFullYear(), 2051)
  })
  test('a name too long for the subject stands in the alternative names alone', async () => {
    const name = `${'a'.repeat(60)}.${'b'.repeat(60)}.example`
    const certificate = new X509Certificate(selfSigned({ names: [name], key: await makeKey(), now: NOW, validMs: DAY }))
    assert.equal(certificate.subjectAltName, `DNS:${name}`)
  })
  test('a request is signed and names what it asks for', async () => {
    const folder = await folderWith({ 'request.pem': certificateRequest(['a.example', 'b.example'], await makeKey()) })
    const text = execFileSync('openssl', ['req', '-in', join(folder, 'request.pem'), '-noout', '-verify', '-text'], {
      stdio: 'pipe',
    }).toString()
    assert.match(text, /Subject: CN\s?=\s?a\.example/)
    assert.match(text, /DNS:a\.example, DNS:b\.example/)
  })
})

suite('pairs', () => {
  test('a certificate and its key are a pair, others are not', () => {
    const one = makeCertificate({ names: ['a.example', '*.b.example'] })
    const two = makeCertificate({ names: ['c.example'] })
    const pair = readPair(one.cert, one.key, 'x')
    assert.ok(!('problem' in pair))
    assert.deepEqual(pair.names, ['a.example', '*.b.example'])
    assert.equal(pair.selfSigned, true)
    assert.ok('problem' in readPair(one.cert, two.key, 'x'))
    assert.ok('problem' in readPair('no PEM', one.key, 'x'))
    assert.ok('problem' in readPair(one.cert, 'no PEM', 'x'))
  })
})

suite('finding', () => {
  const authority = makeAuthority('Authority')
  const one = makeCertificate({ names: ['one.example'], issuer: authority })
  const two = makeCertificate({ names: ['two.example'], issuer: authority })
  const names = async (folder: string): Promise<string[]> =>
    (await findPairs(folder)).pairs.map(pair => pair.names.join()).sort()

  test('certificates and keys under any name, several in one folder (the old containers)', async () => {
    const folder = await folderWith({
      'a.crt': one.cert,
      'z.key': one.key,
      'smtp.pem': two.cert,
      'b.key': two.key,
      'readme.txt': 'x',
    })
    assert.deepEqual(await names(folder), ['one.example', 'two.example'])
  })
  test('a bundle of both', async () => {
    assert.deepEqual(await names(await folderWith({ 'both.pem': `${one.cert}\n${one.key}` })), ['one.example'])
  })
  test('the layout of Let’s Encrypt, links and all, with the chain', async () => {
    const archive = await folderWith({
      'c1.pem': one.cert,
      'f1.pem': `${one.cert}\n${authority.cert}`,
      'k1.pem': one.key,
    })
    const live = join(root, 'live')
    await mkdir(join(live, 'one.example'), { recursive: true })
    for (const [link, file] of [
      ['cert.pem', 'c1.pem'],
      ['fullchain.pem', 'f1.pem'],
      ['privkey.pem', 'k1.pem'],
    ] as const) {
      await symlink(join(archive, file), join(live, 'one.example', link))
    }
    const { pairs, problems } = await findPairs(live)
    assert.deepEqual(problems, [])
    assert.equal(pairs.length, 1)
    assert.ok(pairs[0]?.certificate.includes(authority.cert.trim()))
  })
  test('a certificate without a key is told, a folder that is not there is not', async () => {
    const lonely = await findPairs(await folderWith({ 'a.crt': one.cert, 'b.key': two.key }))
    assert.deepEqual(lonely.pairs, [])
    assert.equal(lonely.problems.length, 1)
    assert.deepEqual(await findPairs(join(root, 'nowhere')), { pairs: [], problems: [] })
  })
})

suite('self-signed', () => {
  test('both files are written, the key for its owner only, and nothing is overwritten', async () => {
    const folder = join(root, 'self')
    const request = {
      names: ['mail.abc.mail'],
      certificateFile: join(folder, 'c.crt'),
      privateKeyFile: join(folder, 'c.key'),
      now: NOW,
    }
    await makeSelfSigned(request)
    assert.equal((await stat(request.privateKeyFile)).mode & 0o777, 0o600)
    const pair = readPair(
      await readFile(request.certificateFile, 'utf8'),
      await readFile(request.privateKeyFile, 'utf8'),
      'x',
    )
    assert.ok(!('problem' in pair))
    await assert.rejects(makeSelfSigned(request), MailerError.is)
  })
})

suite('shelf', () => {
  function certificates(folder: string, clock: FakeClock) {
    const changes: (readonly CertificatePair[])[] = []
    const problems: string[] = []
    const it = new CertificateStore({
      sources: { files: [], folders: [folder] },
      clock,
      onChange: pairs => changes.push(pairs),
      onProblem: problem => problems.push(problem),
    })
    return { it, changes, problems }
  }
  const own = makeCertificate({ names: ['mail.abc.mail'] })
  const authority = makeAuthority('Authority')
  const real = makeCertificate({ names: ['mail.abc.mail'], issuer: authority })

  test('a certificate of an authority wins over one of our own, whatever their names', async () => {
    const folder = await folderWith({ 'a.crt': own.cert, 'a.key': own.key, 'z.crt': real.cert, 'z.key': real.key })
    const { it } = certificates(folder, new FakeClock())
    const pairs = await it.reload()
    assert.deepEqual(
      pairs.map(pair => pair.selfSigned),
      [false, true],
    )
  })
  test('a change is seen by looking again, and told once', async () => {
    const clock = new FakeClock()
    const folder = await folderWith({ 'a.crt': own.cert, 'a.key': own.key })
    const { it, changes } = certificates(folder, clock)
    await it.reload()
    it.follow()
    await it.reload()
    assert.equal(changes.length, 1)
    await writeFile(join(folder, 'z.key'), real.key)
    await writeFile(join(folder, 'z.crt'), real.cert)
    await clock.advance(60_000)
    while (changes.length < 2) await new Promise(setImmediate)
    assert.equal(it.pairs[0]?.certificate, real.cert)
    it.close()
  })
  test('an error when a change is taken is told, and it is looked at again', async () => {
    const clock = new FakeClock()
    const folder = await folderWith({ 'a.crt': own.cert, 'a.key': own.key })
    const problems: string[] = []
    const it = new CertificateStore({
      sources: { files: [], folders: [folder] },
      clock,
      onChange: () => {
        throw new Error('no context')
      },
      onProblem: problem => problems.push(problem),
    })
    it.follow()
    await clock.advance(60_000)
    while (problems.length < 1) await new Promise(setImmediate)
    await clock.armed(60_000)
    assert.deepEqual(problems, ['no context'])
    it.close()
  })
  test('files that break leave what was there, and the trouble is told once', async () => {
    const folder = await folderWith({ 'a.crt': own.cert, 'a.key': own.key })
    const { it, problems, changes } = certificates(folder, new FakeClock())
    await it.reload()
    await writeFile(join(folder, 'a.key'), 'half a fi')
    await it.reload()
    await it.reload()
    assert.equal(it.pairs.length, 1)
    assert.equal(problems.length, 1)
    assert.equal(changes.length, 1)
  })
})
