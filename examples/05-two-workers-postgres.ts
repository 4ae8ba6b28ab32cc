/**
 * Two workers deliver from one queue in PostgreSQL. Here they are two mailers of one process; they could be any number of
 * processes on any number of machines. Needs `npm install pg`. In postrider.yaml the same is `queue.url`.
 *
 *   DATABASE_URL=postgres://localhost/mail POSTRIDER_HOSTNAME=mail.example.com \
 *   node 05-two-workers-postgres.ts me@example.com you@example.net
 */
import { createMailer, loadConfig } from '@postrider/core'
import { openPostgresQueue } from '@postrider/core/postgres'

const [from = 'me@example.com', to = 'you@example.net'] = process.argv.slice(2)
const connectionString = process.env.DATABASE_URL ?? 'postgres://localhost/mail'
const config = await loadConfig({ env: process.env, cwd: process.cwd() })

async function startWorker(name: string) {
  const mailer = await createMailer(config, { store: await openPostgresQueue({ connectionString }) })
  mailer.on('delivered', ({ messageId }) => console.log(`worker ${name} delivered ${messageId}`))
  return mailer
}

await using one = await startWorker('one')
await using two = await startWorker('two')

// Whoever accepts a message, the one that comes first delivers it, and no other.
const drafts = Array.from({ length: 10 }, (_, at) => ({ from, to, subject: `Hello ${at}`, text: 'It works.\n' }))
const receipts = await Promise.all(drafts.map((draft, at) => (at % 2 === 0 ? one : two).send(draft)))
const outcomes = await Promise.all(receipts.map(receipt => receipt.settled()))
const delivered = outcomes.filter(({ recipients }) => recipients.every(({ state }) => state === 'delivered'))
console.log(`${delivered.length} of ${outcomes.length} delivered`)
