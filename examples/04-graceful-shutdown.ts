/**
 * Stop without losing or doubling anything: what is being transmitted ends, what waits stays in the queue file for the next
 * start.
 *
 *   POSTRIDER_HOSTNAME=mail.example.com node 04-graceful-shutdown.ts me@example.com you@example.net
 */
import { createMailer, loadConfig } from '@postrider/core'

const [from = 'me@example.com', to = 'you@example.net'] = process.argv.slice(2)
const mailer = await createMailer(await loadConfig({ env: process.env, cwd: process.cwd() }))

process.once('SIGTERM', async () => {
  await mailer.close({ withinMs: 20_000 })
  console.log('closed')
})

await mailer.send({ from, to, subject: 'Hello', text: 'It works.\n' })

// What a service manager does.
process.kill(process.pid, 'SIGTERM')
