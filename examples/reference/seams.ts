/** Of docs/reference/seams.md: log lines, and a count of what was delivered. */
import { createMailer, type Logger, loadConfig, type Metrics } from '@postrider/core'

const logger: Logger = {
  debug: () => {},
  info: (fields, message) => console.log('info:', message, fields.kind ?? ''),
  warn: (_, message) => console.log('warn:', message),
  error: (_, message) => console.log('error:', message),
  child: () => logger,
}

const counts = new Map<string, number>()
const metrics: Metrics = {
  counter: ({ name }) => ({ add: value => counts.set(name, (counts.get(name) ?? 0) + value) }),
  gauge: () => ({ set: () => {} }),
  histogram: () => ({ record: () => {} }),
}

await using mailer = await createMailer(await loadConfig({ env: process.env, cwd: process.cwd() }), { logger, metrics })
const draft = { from: 'shop@sender.test', to: 'you@dest.test', subject: 'Hello', text: 'Hello.\n' }
await (await mailer.send(draft)).settled()
for (const [name, value] of counts) console.log(name, value)
