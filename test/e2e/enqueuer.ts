/** A process that enqueues messages into a queue file that others use too, and does not deliver. */
import { createMailer } from '@postrider/core'

const { path, name, count } = JSON.parse(process.argv[2] ?? '{}') as { path: string; name: string; count: number }
await using mailer = await createMailer(
  { hostname: 'out.sender.test', preflight: 'off', queue: { path } },
  { deliver: false },
)
const drafts = Array.from({ length: count }, (_, index) => ({
  from: 'me@sender.test',
  to: 'you@dest.test',
  subject: `${name}-${index}`,
  text: 'It works.\n',
}))
const results = await mailer.sendMany(drafts)
process.stdout.write(`accepted ${results.filter(({ ok }) => ok).length}\n`)
