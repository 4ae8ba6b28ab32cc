/** Of docs/reference/options.md: options in code, and those of the file and the environment. */
import { createMailer, loadConfig, MailerError } from '@postrider/core'

// In code: what is left out has its default.
await using mailer = await createMailer({
  hostname: 'out.sender.test',
  queue: { path: ':memory:' },
  dns: { servers: [process.env.POSTRIDER_DNS_SERVERS ?? '127.0.0.1'] },
  preflight: 'off',
  delivery: { retry: { expireAfterMs: 86_400_000 } },
})
console.log((await mailer.queue.counts()).messages, 'messages wait')

// From postrider.yaml and POSTRIDER_*, as the command line reads them.
const { options } = await loadConfig({ env: process.env, cwd: process.cwd() })
console.log(options.hostname)

// A mistake is refused, with what was found and what is wanted.
try {
  await createMailer({ preflight: 'sometimes' as 'warn' })
} catch (error) {
  if (!MailerError.is(error)) throw error
  console.log(error.code)
}
