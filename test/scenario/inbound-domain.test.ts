/**
 * The domain that bounces come to, as it is set up: what `dns` prints is published as it was printed, and the doctor has nothing more to say of it.
 */
import assert from 'node:assert/strict'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { suite, test } from 'node:test'
import { makeCertificate } from '@postrider/core/testing'
import type { Checkup } from '../../packages/cli/src/checkup/index.ts'
import type { Plan } from '../../packages/cli/src/records/index.ts'
import { type DoctorWorld, openDoctorWorld, POLICY } from '../support/doctor-world.ts'
import { V4, V6 } from '../support/healthy-zone.ts'

const GIVEN = 'version: STSv1\r\nmode: enforce\r\nmx: mail.example.com\r\nmax_age: 604800\r\n'

/** A relay that takes bounces on port 25 and gives the policy of their domain. */
async function openRelayWorld(name = 'mail.example.com'): Promise<DoctorWorld> {
  const world = await openDoctorWorld()
  const { cert, key } = makeCertificate({ names: [name, 'mta-sts.bounces.example.com'] })
  writeFileSync(join(world.folder, 'cert.pem'), cert)
  writeFileSync(join(world.folder, 'key.pem'), key, { mode: 0o600 })
  const file = join(world.folder, 'postrider.yaml')
  const relay = [
    'returnPath: { domain: bounces.example.com }',
    'relay:',
    '  certificates: [{ certificateFile: cert.pem, privateKeyFile: key.pem }]',
    '  inbound: { listen: ["0.0.0.0:25/starttls"] }',
    '  public: { listen: ["0.0.0.0:443/tls"], mtaSts: { domains: [bounces.example.com], mode: enforce } }',
  ]
  writeFileSync(file, `${readFileSync(file, 'utf8')}${relay.join('\n')}\n`)
  return world
}

async function checked(world: DoctorWorld, given: string): Promise<Readonly<Record<string, readonly string[]>>> {
  // Its own look at `relay.public` asks this machine for the name, and is of no interest here.
  const file = join(world.folder, 'postrider.yaml')
  const config = readFileSync(file, 'utf8')
  writeFileSync(file, config.replace(/^ {2}public: .*$/m, ''))
  const { senders } = await world.checkup({
    fetchPolicy: async domain => ({ text: domain === 'bounces.example.com' ? given : POLICY }),
    askMailboxes: async ({ addresses }) => ({
      answers: addresses.map(({ local, domain }) => {
        const code = local === 'nobody-made-this-address' ? 550 : 250
        return { address: `${local}@${domain}`, code, reply: `${code} said` }
      }),
    }),
  } satisfies Parameters<DoctorWorld['checkup']>[0])
  writeFileSync(file, config)
  const about = (senders as Checkup['senders'])[0]!.checks.filter(
    ({ id, found }) => id.startsWith('return-path.') || /bounces\.example\.com/.test(found),
  )
  const levels: Record<string, string[]> = {}
  for (const { id, level } of about) levels[id] = [...(levels[id] ?? []), level]
  return levels
}

suite('the domain that bounces come to', () => {
  test('is printed whole by `dns`, and is right when that is published', async () => {
    await using world = await openRelayWorld()
    const before = await checked(world, GIVEN)
    assert.deepEqual([before['return-path.mx'], before['mta-sts.policy']], [['fail'], undefined])
    const plan = JSON.parse((await world.doctor('dns example.com', { format: 'json', json: true })).out) as Plan
    const of = plan.records.filter(({ name }) => name.endsWith('bounces.example.com'))
    assert.deepEqual(
      of.map(({ purpose, type, name, value }) => [purpose, type, name, /id=/.test(value) ? 'id' : value]),
      [
        ['return-mx', 'MX', 'bounces.example.com', '10 mail.example.com'],
        ['return-spf', 'TXT', 'bounces.example.com', of[1]!.value],
        ['mta-sts-host', 'A', 'mta-sts.bounces.example.com', V4],
        ['mta-sts-host', 'AAAA', 'mta-sts.bounces.example.com', V6],
        ['mta-sts', 'TXT', '_mta-sts.bounces.example.com', 'id'],
      ],
    )
    assert.match(of[1]!.value, new RegExp(`^v=spf1 ip4:${V4.replaceAll('.', '\\.')} ip6:`))
    // Of the certificate that is shown on port 25, without being asked for.
    assert.match(plan.advice.join('\n'), /^_25\._tcp\.mail\.example\.com\. IN TLSA 3 1 1 [0-9a-f]{64}$/m)
    assert.ok(world.publish((await world.doctor('dns example.com')).out) > 5)
    assert.deepEqual(await checked(world, GIVEN), {
      'return-path.mx': ['ok'],
      'return-path.receives': ['ok'],
      'mta-sts.record': ['ok'],
      'mta-sts.policy': ['ok'],
      'return-path.spf': ['ok', 'ok'],
      'return-path.aligned': ['ok'],
    })
  })
  for (const [name, isPrinted] of [
    ['*.example.com', true],
    ['*.other.example', false],
  ] as const)
    test(`a certificate for ${name} is ${isPrinted ? 'told as TLSA' : 'of no TLSA record'}, as it is what is shown for our name or not`, async () => {
      await using world = await openRelayWorld(name)
      const plan = JSON.parse((await world.doctor('dns example.com', { format: 'json', json: true })).out) as Plan
      assert.equal(/ IN TLSA 3 1 1 /.test(plan.advice.join('\n')), isPrinted)
    })
  test('whose policy is of another host is told so', async () => {
    await using world = await openRelayWorld()
    world.publish((await world.doctor('dns example.com')).out)
    assert.deepEqual((await checked(world, GIVEN.replace('mail.', 'mx.')))['mta-sts.policy'], ['warn'])
  })
})
