/** Of docs/reference/postgres.md: a queue in PostgreSQL that is opened by hand. Needs `npm install pg`. */
import { createMailer, loadConfig } from '@postrider/core'
import { openPostgresQueue } from '@postrider/core/postgres'

const connectionString = process.env.DATABASE_URL ?? 'postgres://localhost/mail'
const store = await openPostgresQueue({ connectionString, schema: 'mail', connections: 5 })
await using mailer = await createMailer(await loadConfig({ env: process.env, cwd: process.cwd() }), { store })

const draft = { from: 'shop@sender.test', to: 'you@dest.test', subject: 'Hello', text: 'Hello.\n' }
console.log((await (await mailer.send(draft)).settled()).recipients[0]?.state)
