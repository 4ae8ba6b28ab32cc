import assert from 'node:assert/strict'
import { Buffer } from 'node:buffer'
import { createPublicKey, generateKeyPairSync, sign, verify } from 'node:crypto'
import { availableParallelism } from 'node:os'
import { suite, test } from 'node:test'
import { signOnThread } from './thread.ts'

const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
const publicKey = createPublicKey(privateKey)
const data = (text: string | number): Buffer => Buffer.from(String(text))

suite('signing on threads', () => {
  test('who waits in line is signed too, each its own data', async () => {
    const many = availableParallelism() * 4 + 3
    const signatures = await Promise.all(
      Array.from({ length: many }, (_, i) => signOnThread('sha256', data(i), privateKey)),
    )
    for (const [i, signature] of signatures.entries()) assert.ok(verify('sha256', data(i), publicKey, signature))
  })

  test('a signature is the one that is made on the event loop', async () => {
    assert.deepEqual(await signOnThread('sha256', data('x'), privateKey), sign('sha256', data('x'), privateKey))
  })

  test('those who fail give up their place, however they fail', async () => {
    const tooSmall = generateKeyPairSync('rsa', { modulusLength: 512 }).privateKey
    const wrongKind = 'sha3-1024' as 'sha256'
    const many = availableParallelism() * 2 + 1
    const failing = Array.from({ length: many }, (_, i) =>
      i % 2 === 0
        ? signOnThread('sha512' as 'sha256', data(i), tooSmall)
        : signOnThread(wrongKind, data(i), privateKey),
    )
    const results = await Promise.allSettled(failing)
    assert.deepEqual(new Set(results.map(({ status }) => status)), new Set(['rejected']))
    assert.ok(verify('sha256', data('y'), publicKey, await signOnThread('sha256', data('y'), privateKey)))
  })
})
