import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { hashSecret, verifySecret } from './secret.ts'
import { type Claimant, VerifierPool } from './verifier-pool.ts'

/** What a failed attempt costs is held by login-cost.test.ts; here it would only be time. */
const verify = verifySecret
const hash = await hashSecret('right', { logN: 4, r: 8, p: 1 })
const client = (name: string, address: string, known = false): Claimant => ({ name, address, known })

/** Keeps the pool at work until `end`: each of these attackers comes back from another address as soon as it is answered. */
function attack(pool: VerifierPool, attackers: number, nameOf: (attempt: number) => string): () => Promise<void> {
  let attempts = 0
  let over = false
  const run = async (): Promise<void> => {
    while (!over) {
      attempts++
      await pool.verify('wrong', hash, client(nameOf(attempts), `10.${attempts >> 16}.${attempts >> 8}.${attempts}`))
      await new Promise(setImmediate)
    }
  }
  const running = Array.from({ length: attackers }, run)
  return async () => {
    over = true
    await Promise.all(running)
  }
}

suite('the line of logins', () => {
  const names: readonly [string, (attempt: number) => string][] = [
    ['one name', () => 'admin'],
    ['ever other names', attempt => `user${attempt}`],
  ]
  for (const [what, nameOf] of names) {
    test(`60 clients with wrong passwords for ${what}, from changing addresses: 8 of 8 friends get in`, async () => {
      const pool = new VerifierPool({ verify, parallel: 1, waiting: 256 })
      const end = attack(pool, 60, nameOf)
      await new Promise(setImmediate)
      const friends = Array.from({ length: 8 }, (_, at) =>
        pool.verify('right', hash, client(`f${at}`, `192.0.2.${at}`)),
      )
      assert.deepEqual(await Promise.all(friends), Array(8).fill(true))
      await end()
    })
  }

  test('a line that is full of one name makes room for another, and for a client that is known', async () => {
    const pool = new VerifierPool({ verify, parallel: 1, waiting: 3 })
    const attempts = Array.from({ length: 4 }, (_, at) => pool.verify('wrong', hash, client('admin', `10.0.0.${at}`)))
    const other = pool.verify('right', hash, client('bob', '192.0.2.1'))
    const known = pool.verify('right', hash, client('admin', '192.0.2.2', true))
    const refused = pool.verify('wrong', hash, client('admin', '10.0.0.9'))
    assert.deepEqual(await Promise.all([other, known, refused]), [true, true, 'busy'])
    assert.deepEqual(await Promise.all(attempts), [false, false, 'busy', 'busy'])
  })

  test('one address has few places, however many names it tries', async () => {
    const pool = new VerifierPool({ verify, parallel: 1, waiting: 100, perAddress: 2 })
    const answers = Array.from({ length: 5 }, (_, at) => pool.verify('wrong', hash, client(`user${at}`, '10.0.0.1')))
    assert.deepEqual(await Promise.all(answers), [false, false, false, 'busy', 'busy'])
  })

  test('who comes for the first time goes before the second attempt of another, and known clients before all', async () => {
    const pool = new VerifierPool({ verify, parallel: 1, waiting: 100 })
    const order: string[] = []
    const attempt = (who: Claimant): Promise<unknown> =>
      pool.verify('right', hash, who).then(() => order.push(`${who.name} from ${who.address}`))
    await Promise.all([
      attempt(client('admin', '1')),
      attempt(client('admin', '2')),
      attempt(client('admin', '3')),
      attempt(client('bob', '4')),
      attempt(client('eve', '5', true)),
    ])
    assert.deepEqual(order, ['admin from 1', 'eve from 5', 'admin from 2', 'bob from 4', 'admin from 3'])
  })
})
