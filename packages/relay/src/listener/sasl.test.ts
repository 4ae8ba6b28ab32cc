import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import fc from 'fast-check'
import { type Step, startLogin } from './sasl.ts'

const base64 = (text: string): string => Buffer.from(text).toString('base64')
const password = { kind: 'password', user: 'bob@abc.mail', password: 's3cret pass' } as const

function answer(step: Step | undefined, ...lines: readonly string[]): Step | undefined {
  let now = step
  for (const line of lines) {
    assert.equal(now?.kind, 'ask')
    now = now?.kind === 'ask' ? now.next(line) : undefined
  }
  return now
}

suite('PLAIN', () => {
  const initial = base64('\0bob@abc.mail\0s3cret pass')
  test('in one step', () => {
    assert.deepEqual(startLogin('PLAIN', initial), { kind: 'credential', credential: password })
  })
  test('in two steps, asked with an empty challenge (phpBB, MyBB)', () => {
    const asked = startLogin('PLAIN', undefined)
    assert.equal(asked?.kind === 'ask' && asked.challenge, '')
    assert.deepEqual(answer(asked, initial), { kind: 'credential', credential: password })
  })
  test('`=` is an empty initial response and asks for the second step (RFC 4954 §4)', () => {
    assert.deepEqual(answer(startLogin('PLAIN', '='), initial), { kind: 'credential', credential: password })
  })
  test('the user alone as authorization identity is the user', () => {
    assert.deepEqual(startLogin('PLAIN', base64('bob@abc.mail\0\0s3cret pass')), {
      kind: 'credential',
      credential: password,
    })
    const twice = base64('bob@abc.mail\0bob@abc.mail\0s3cret pass')
    assert.deepEqual(startLogin('PLAIN', twice), { kind: 'credential', credential: password })
  })
  const refusal = (line: string): string | undefined => {
    const step = startLogin('PLAIN', line)
    return step?.kind === 'malformed' ? step.refusal : undefined
  }
  test('acting for someone else is refused', () => {
    assert.equal(startLogin('PLAIN', base64('root\0bob@abc.mail\0s3cret pass'))?.kind, 'malformed')
  })
  test('what is refused is called by its name: no base64, parts that are missing, another user (RFC 4616 §2)', () => {
    assert.equal(refusal('*x'), 'login-malformed')
    for (const text of ['bob', 'a\0b', 'a\0b\0c\0d', '\0\0x']) assert.equal(refusal(base64(text)), 'login-incomplete')
    assert.equal(refusal(base64('root\0bob@abc.mail\0s3cret pass')), 'login-as-another')
  })
  test('the user in other letters is the user', () => {
    assert.equal(startLogin('PLAIN', base64('BOB@abc.mail\0bob@ABC.mail\0s3cret pass'))?.kind, 'credential')
  })
  test('what is no base64, or has the wrong parts, is malformed', () => {
    for (const line of ['*x', 'a b', base64('bob'), base64('a\0b'), base64('a\0b\0c\0d'), base64('\0\0x')]) {
      assert.equal(startLogin('PLAIN', line)?.kind, 'malformed', line)
    }
  })
  test('`*` gives up', () => {
    assert.equal(answer(startLogin('PLAIN', undefined), '*')?.kind, 'aborted')
  })
})

suite('LOGIN', () => {
  test('asks for user name and password in the words that clients compare', () => {
    const first = startLogin('LOGIN', undefined)
    assert.equal(first?.kind === 'ask' && first.challenge, base64('Username:'))
    const second = answer(first, base64('bob@abc.mail'))
    assert.equal(second?.kind === 'ask' && second.challenge, base64('Password:'))
    assert.deepEqual(answer(second, base64('s3cret pass')), { kind: 'credential', credential: password })
  })
  test('takes the user name in the first line', () => {
    assert.deepEqual(answer(startLogin('LOGIN', base64('bob@abc.mail')), base64('s3cret pass')), {
      kind: 'credential',
      credential: password,
    })
  })
})

suite('tokens', () => {
  const token = { kind: 'credential', credential: { kind: 'token', user: 'bob@abc.mail', token: 'vF9dft4qmT' } }
  test('XOAUTH2', () => {
    assert.deepEqual(startLogin('XOAUTH2', base64('user=bob@abc.mail\x01auth=Bearer vF9dft4qmT\x01\x01')), token)
  })
  test('OAUTHBEARER (RFC 7628 §4.1)', () => {
    const line = 'n,a=bob@abc.mail,\x01host=mail.abc.mail\x01port=587\x01auth=Bearer vF9dft4qmT\x01\x01'
    assert.deepEqual(startLogin('OAUTHBEARER', base64(line)), token)
  })
})

test('a method that is none of ours has no first step', () => {
  for (const method of ['CRAM-MD5', 'DIGEST-MD5', 'GSSAPI', '', 'constructor', '__proto__']) {
    assert.equal(startLogin(method, undefined), undefined, method)
  }
})

test('no line makes a login step throw', () => {
  fc.assert(
    fc.property(fc.constantFrom('PLAIN', 'LOGIN', 'XOAUTH2', 'OAUTHBEARER'), fc.string(), (method, line) => {
      const step = startLogin(method, line)
      assert.ok(step)
      if (step.kind === 'ask') step.next(line)
    }),
  )
})
