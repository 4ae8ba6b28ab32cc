/** Of docs/reference/checks.md: look before you send. */
import { createMailer, loadConfig } from '@postrider/core'

await using mailer = await createMailer(await loadConfig({ env: process.env, cwd: process.cwd() }), { deliver: false })

// What `postrider doctor` shows.
const { checks } = await mailer.preflight('shop@sender.test', { signal: AbortSignal.timeout(30_000) })
for (const { id, level, found } of checks.filter(({ id }) => id.startsWith('spf.'))) console.log(level, id, found)

// Which way mail would go.
const route = await mailer.route('dest.test')
if ('hops' in route) for (const { host, address } of route.hops) console.log(host, address)
