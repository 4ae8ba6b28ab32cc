/**
 * Stop without losing or doubling anything: what is being transmitted ends, what waits stays in the queue file.
 */
import { createMailer } from '@postrider/core'

const mailer = await createMailer({ hostname: 'mail.example.com', queue: { path: ':memory:' }, preflight: 'off' })

process.once('SIGTERM', async () => {
  await mailer.close({ withinMs: 20_000 })
  console.log('closed')
})

process.kill(process.pid, 'SIGTERM')
