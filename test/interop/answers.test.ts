/** What exim answers becomes of a message what a right sender makes of it. */
import assert from 'node:assert/strict'
import { before, suite, test } from 'node:test'
import { ANSWERS, type Answer } from './lab/hosts.ts'
import { type Lab, useLab } from './lab/lab.ts'
import { fateOf, labMailer, tell } from './lab/mailer.ts'

let lab: Lab
before(async () => {
  lab = await useLab()
})

function draftFor(answer: Answer): { from: string; to: string; subject: string; text: string; returnPath?: string } {
  const draft = { from: 'someone@good.test', to: 'user@good.test', subject: 'an answer', text: 'hello\n' }
  switch (answer.when) {
    case 'recipient':
      return { ...draft, to: `${answer.match}1@good.test` }
    case 'sender':
      return { ...draft, returnPath: `someone@${answer.match}` }
    case 'subject':
      return { ...draft, subject: `${answer.match} of the test` }
  }
}

suite('answers', () => {
  for (const answer of ANSWERS)
    test(`${answer.when} ${answer.match}, answered ${answer.reply?.slice(0, 9) ?? (answer.closes ? 'by hanging up' : 'late')}, is ${answer.becomes}`, {
      timeout: 60_000,
    }, async () => {
      await using mailer = await labMailer(lab, { preflight: 'warn' })
      const receipt = await mailer.send(draftFor(answer))
      const fate = await fateOf(mailer, receipt)
      assert.equal(fate.kind, answer.becomes, tell(fate))
      if (answer.code !== undefined) assert.equal('code' in fate ? fate.code : fate.kind, answer.code, tell(fate))
      const suppression = await mailer.suppression(fate.recipient)
      assert.equal(suppression !== undefined, answer.suppresses === true, 'suppressed')
      if (answer.reply !== undefined) assert.ok(fate.reply?.startsWith(answer.reply.slice(0, 3)), tell(fate))
    })

  test('one refused recipient does not keep the message from the others', async () => {
    await using mailer = await labMailer(lab)
    const to = ['nouser2@good.test', 'friend@good.test', 'grey2@good.test']
    const receipt = await mailer.send({ from: 'someone@good.test', to, subject: 'mixed recipients', text: 'hello\n' })
    const fates = await Promise.all(to.map(recipient => fateOf(mailer, receipt, recipient)))
    assert.deepEqual(
      fates.map(({ kind }) => kind),
      ['bounced', 'delivered', 'deferred'],
      fates.map(tell).join('\n'),
    )
    await lab.arrival('mx1.good.test', 'Subject: mixed recipients')
  })
})
