/** Of docs/reference/message.md: a newsletter with an invitation, and a message whose bytes are ready. */
import { createMailer, loadConfig } from '@postrider/core'

await using mailer = await createMailer(await loadConfig({ env: process.env, cwd: process.cwd() }))

const { id } = await mailer.send({
  from: { name: 'Réunion', address: 'events@sender.test' },
  to: 'Ada <ada@dest.test>',
  replyTo: 'desk@sender.test',
  subject: 'You are invited',
  text: 'Monday at ten.\n',
  html: '<p>Monday at <b>ten</b>. <img src="cid:logo"></p>',
  attachments: [
    { filename: 'logo.png', content: new Uint8Array([137, 80, 78, 71]), cid: 'logo' },
    { filename: 'agenda.txt', content: 'Everything.\n' },
  ],
  calendar: { method: 'REQUEST', content: 'BEGIN:VCALENDAR\r\nMETHOD:REQUEST\r\nEND:VCALENDAR\r\n' },
  // One click in the mail program of the reader, RFC 8058.
  listUnsubscribe: { url: 'https://sender.test/u/8f3a', mailto: 'unsubscribe@sender.test' },
  // Where bounces go; `null` asks for none.
  returnPath: 'bounces@sender.test',
  headers: { 'X-Campaign': 'spring' },
  // In facts and statistics, never sent.
  tags: { campaign: 'spring' },
})
console.log((await mailer.queue.show(id)).recipients[0]?.address)

const raw = Buffer.from('From: events@sender.test\r\nTo: ada@dest.test\r\nSubject: Ready\r\n\r\nAs it is.\r\n')
const receipt = await mailer.accept(raw, { from: 'events@sender.test', to: ['ada@dest.test'] })
console.log(receipt.recipients.join())
await mailer.idle()
