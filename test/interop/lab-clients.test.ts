/**
 * A lab's own clients: the script `clients/all.sh` of a mail lab that POSTRIDER_LAB_CLIENTS names (the folder with the script in
 * it), against the relay. Every line it prints is a test, and what it says it has sent arrives, with signatures that pass.
 *
 * The script takes H, PSTART, PTLS, PPLAIN, SU, SP, FROM, TO and CA from its environment, prints `PASS  name` or
 * `FAIL  name  why` for each client and way, and ends with `N passed, N failed`.
 */
import assert from 'node:assert/strict'
import { join } from 'node:path'
import { suite, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { runProgram } from '../support/child.ts'
import { tempFolder } from '../support/folder.ts'
import { PACKAGES } from './clients/clients.ts'
import { installPackages } from './lab/install.ts'
import { type Arrived, type Lab, useLab } from './lab/lab.ts'
import { RELAY, RELAY_PORTS } from './lab/places.ts'
import { PASSWORD, startRelay, USER } from './lab/relay.ts'
import { dkimpy } from './lab/verifiers.ts'

const CLIENTS = process.env.POSTRIDER_LAB_CLIENTS
const TO = 'labclients@good.test'
/** The one who gets the message with addresses beyond ASCII, whatever TO is. */
const TO_BEYOND_ASCII = 'δοκιμή@παράδειγμα.δοκιμή'
const PATIENCE_MS = 60_000
const AT_ONCE = 4

suite("a lab's own clients", { skip: CLIENTS ? false : 'POSTRIDER_LAB_CLIENTS is not set' }, () => {
  const folder = tempFolder()

  test('are all content with the relay, and what they sent arrives signed', { timeout: 500_000 }, async t => {
    installPackages(PACKAGES)
    const lab = await useLab()
    const relay = await startRelay(lab, folder)
    t.after(() => relay.stop())
    const { stdout, stderr } = await runProgram('bash', { args: [join(CLIENTS ?? '', 'all.sh')], env: aim(lab) })
    const lines = [...stdout.matchAll(/^(PASS|FAIL) +(.*)$/gm)].map(([, result, what = '']) => ({ result, what }))
    assert.ok(lines.length > 30, `${stdout}${stderr}`)
    for (const { result, what } of lines)
      await t.test(what.replace(/ {2}.*/, ''), () =>
        assert.equal(result, 'PASS', `${what}\n${relay.stdout()}${relay.stderr()}`),
      )
    const sent = lines.filter(({ result }) => result === 'PASS').length
    assert.match(stdout, new RegExp(`^${sent} passed, ${lines.length - sent} failed$`, 'm'))
    const arrived = await arrivals(lab, sent)
    while (arrived.length > 0) await Promise.all(arrived.splice(0, AT_ONCE).map(assertSigned))
  })
})

/** Where the script sends, and as whom. Node finds nodemailer, which the lab may not have installed, among our packages. */
function aim(lab: Lab): Record<string, string> {
  return {
    H: RELAY,
    PSTART: String(RELAY_PORTS.starttls),
    PTLS: String(RELAY_PORTS.tls),
    PPLAIN: String(RELAY_PORTS.plain),
    SU: USER,
    SP: PASSWORD,
    FROM: USER,
    TO,
    CA: lab.caFile,
    NODE_PATH: join(import.meta.dirname, '../../node_modules'),
    // Debian's programs have Debian's modules; a version manager may have put others before them.
    PATH: `/usr/bin:/bin:${process.env.PATH}`,
    LC_ALL: 'C.UTF-8',
  }
}

async function assertSigned({ bytes, file }: Arrived): Promise<void> {
  const opinions = (await dkimpy(bytes)).map(({ result, selector }) => `${selector} ${result}`)
  assert.deepEqual(opinions.sort(), ['ed pass', 'sel1 pass'], file)
}

/** All that arrived, which must become `count`; a message that comes twice shows within the look at the signatures. */
async function arrivals(lab: Lab, count: number): Promise<Arrived[]> {
  const late = AbortSignal.timeout(PATIENCE_MS)
  const here = (): readonly Arrived[] =>
    lab.arrived('mx1.good.test').filter(({ bytes }) => [TO, TO_BEYOND_ASCII].some(to => bytes.includes(to)))
  while (here().length < count && !late.aborted) await sleep(100)
  const arrived = [...here()]
  assert.equal(arrived.length, count, `${arrived.length} of ${count} messages arrived`)
  return arrived
}
