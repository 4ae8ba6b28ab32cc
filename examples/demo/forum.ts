/**
 * The forum's side of the demo: a relay with one account, and a client that logs in over STARTTLS as forum software does. The
 * client is nodemailer's own SMTP transport, which shares no code with the relay.
 */
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { MailerOptions } from '@postrider/core'
import { createRelay } from '@postrider/relay'
import { createTransport } from 'nodemailer'
import { judge } from './judge.ts'
import type { MailHost } from './mail-host.ts'
import { say, showFact } from './show.ts'

const ACCOUNT = { name: 'forum', password: 'correct horse battery staple' }

export async function postFromForum(options: MailerOptions, work: string, host: MailHost): Promise<boolean> {
  const folder = join(work, 'relay')
  await mkdir(folder)
  await using relay = await createRelay({
    ...options,
    relay: { folder, listen: ['127.0.0.1:0'], accounts: [{ ...ACCOUNT, senders: ['*@sender.example'] }] },
  })
  relay.mailer.on('*', showFact)
  const [bound] = await relay.listen()
  say(`relay        listens on ${bound?.host}:${bound?.port}, STARTTLS before login`)
  const forum = createTransport({
    host: '127.0.0.1',
    port: bound?.port ?? 0,
    requireTLS: true,
    // The certificate that a first start makes is self-signed; the README says how to have a real one.
    tls: { rejectUnauthorized: false },
    auth: { user: ACCOUNT.name, pass: ACCOUNT.password },
  })
  const info = await forum.sendMail({
    from: 'Board <board@sender.example>',
    to: 'member@recipient.example',
    subject: 'Reply to your post',
    text: 'Somebody answered.\n',
  })
  say(`forum        was told: ${info.response}`)
  const received = await host.next()
  await relay.mailer.idle()
  const server = options.dns?.servers?.[0] ?? ''
  return judge(received, server)
}
