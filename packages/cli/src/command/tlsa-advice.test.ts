import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { makeCertificate } from '@postrider/core/testing'
import { tlsaAdvice } from './tlsa-advice.ts'

test('records of the present and the next key are told for each port, with how to change from one to the other', async () => {
  const cwd = mkdtempSync(join(tmpdir(), 'postrider-tlsa-'))
  try {
    writeFileSync(join(cwd, 'now.pem'), makeCertificate({ names: ['mail.example.test'] }).cert)
    writeFileSync(join(cwd, 'next.pem'), makeCertificate({ names: ['mail.example.test'] }).key)
    const told = async (takesMail: boolean, ...files: string[]): Promise<string> =>
      (await tlsaAdvice({ hostname: 'mail.example.test', takesMail, files, cwd })).join('\n')
    assert.equal(await told(true), '')
    const one = await told(false, 'now.pem')
    assert.equal(
      [...one.matchAll(/^_(?:465|587)\._tcp\.mail\.example\.test\. IN TLSA 3 1 1 [0-9a-f]{64}$/gm)].length,
      2,
    )
    assert.match(one, /before the key changes/)
    const shown = makeCertificate({ names: ['mail.example.test'] }).cert
    const ask = (takesMail: boolean, files: readonly string[]) =>
      tlsaAdvice({ hostname: 'mail.example.test', takesMail, files, cwd, shown })
    const own = (await ask(true, [])).join('\n')
    assert.equal(own.match(/ IN TLSA 3 1 1 /g)?.length, 1)
    assert.match(own, /^_25\._tcp\.mail\.example\.test\. IN TLSA/m)
    assert.deepEqual(await ask(false, []), [])
    assert.equal((await ask(true, ['now.pem'])).join().match(/ IN TLSA /g)?.length, 3)
    const two = await told(true, 'now.pem', 'next.pem')
    assert.equal([...two.matchAll(/ IN TLSA /g)].length, 6)
    assert.match(two, /^_25\._tcp/m)
    assert.match(two, /wait twice the TTL/)
  } finally {
    rmSync(cwd, { recursive: true })
  }
})
