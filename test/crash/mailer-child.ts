/**
 * Mailer child: a process that sends one message with the whole mailer, says when it is accepted, and goes on until it is
 * killed or done. Configured by POSTRIDER_* variables; its argument says whether it dies by its own hand when it is told
 * that the message is accepted.
 */
import { createMailer, loadConfig } from '@postrider/core'
import { say } from '../support/say.ts'

const mailer = await createMailer(await loadConfig({ env: process.env, cwd: process.cwd() }))
const { id } = await mailer.send({ from: 'me@sender.test', to: 'you@dest.test', subject: 'Hello', text: 'It works.\n' })
say(`accepted ${id}`)
if (process.argv[2] === 'die-when-accepted') process.kill(process.pid, 'SIGKILL')
await mailer.idle()
await mailer.close()
