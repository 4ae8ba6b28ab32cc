/** Scenarios: every reply of every simulated provider, said to the judge: a quota loses no mail, and nobody is suppressed who exists. */
import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { type ClassifiedReply, classifyReply, type Stage } from '@postrider/core'
import type { Behaviour, Moment, Said } from '../../packages/core/src/testing/simulator/behaviour.ts'
import { BEHAVIOURS } from '../../packages/core/src/testing/simulator/table.ts'

const STAGES: Readonly<Record<Moment, Stage>> = {
  CONNECT: 'greeting',
  MAIL: 'mail',
  RCPT: 'rcpt',
  MESSAGE: 'final-dot',
}
const VALUES: Readonly<Record<string, string>> = {
  ip: '192.0.2.1',
  sender: 'a.test',
  signer: 'a.test',
  recipient: 'you@dest.test',
  id: 'p0000001',
}

function judged(host: string, { at, reply }: Said): Promise<ClassifiedReply> {
  const said = reply.replaceAll('\r\n', '\\n').replace(/\{(\w+)\}/g, (_, name: string) => VALUES[name] ?? '')
  return classifyReply(said, { host, stage: STAGES[at] })
}

async function hold({ host, ...said }: Behaviour): Promise<void> {
  for (const quota of said.quotas) {
    const { code, permanence, suppress } = await judged(host, quota)
    assert.match(code, /^(?:rate-limited|bad-reputation)$/, quota.reply)
    assert.deepEqual([permanence, suppress], ['transient', false], quota.reply)
  }
  const about = { ...said, address: said.distrusted.address, sender: said.distrusted.sender }
  for (const name of ['blocked', 'noReverseName', 'allowList', 'connections', 'greylist', 'tls'] as const) {
    const found = about[name] && (await judged(host, about[name]))
    if (found !== undefined) assert.equal(found.permanence, 'transient', String(about[name]?.reply))
  }
  for (const name of ['unauthenticated', 'address', 'sender'] as const)
    if (about[name] !== undefined) assert.equal((await judged(host, about[name])).suppress, false, about[name].reply)
  const unknown = await judged(host, said.unknownUser)
  assert.deepEqual([unknown.code, unknown.permanence], ['user-unknown', 'permanent'], said.unknownUser.reply)
  const full = await judged(host, said.fullMailbox)
  assert.match(full.code, /^(?:mailbox-full|remote-trouble)$/, said.fullMailbox.reply)
  assert.equal(full.suppress, false)
}

suite('the judge reads as it was meant what is said by', () => {
  for (const [provider, behaviour] of Object.entries(BEHAVIOURS)) test(provider, () => hold(behaviour))
})
