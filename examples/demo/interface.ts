/**
 * The relay of the demo left running, with its web interface: where it is, how one comes in, and mail to look at; until Ctrl-C.
 */
import { once } from 'node:events'
import { join } from 'node:path'
import type { MailerOptions } from '@postrider/core'
import { createRelay } from '@postrider/relay'
import { say } from './show.ts'

/** Their outcomes are played: `bounced@postrider.test` is refused by nobody. */
const PLAYED = ['delivered', 'bounced', 'deferred', 'greylisted', 'complained'] as const

export async function leaveOpen(options: MailerOptions, work: string): Promise<void> {
  await using relay = await createRelay({
    ...options,
    relay: { folder: join(work, 'relay'), listen: ['127.0.0.1:0'], http: { listen: ['127.0.0.1:0/plain'] } },
  })
  await relay.listen()
  for (const outcome of PLAYED)
    await relay.mailer.send({
      from: 'Board <board@sender.example>',
      to: `${outcome}@postrider.test`,
      subject: `What becomes of mail that is ${outcome}`,
      text: 'Look me up.\n',
    })
  const { urls, firstLogin } = relay.interface
  say(
    `\nThe web interface is at ${urls[0]}; come in by this link, which works once:\n\n  ${firstLogin?.url}\n\nCtrl-C ends it.`,
  )
  await once(process, 'SIGINT')
}
