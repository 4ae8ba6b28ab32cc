/**
 * Mail for one domain takes another way: through a smarthost that wants a login over TLS. The rest goes straight to its hosts.
 *
 *   node 06-smarthost-for-one-domain.ts example.org
 */
import { createMailer, loadConfig } from '@postrider/core'

const [domain = 'example.org'] = process.argv.slice(2)
const env = { ...process.env, POSTRIDER_CONFIG: '06-smarthost-for-one-domain.yaml' }
await using mailer = await createMailer(await loadConfig({ env, cwd: import.meta.dirname }), { deliver: false })

const route = await mailer.route(domain)
if (route.kind === 'no-route') console.log(`${domain}: ${route.reason}: ${route.detail}`)
else
  for (const { host, address, port, tls } of route.hops) console.log(`${route.via}: ${host} [${address}]:${port}`, tls)
