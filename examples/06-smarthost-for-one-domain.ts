/**
 * Mail for one domain takes another way: through a smarthost that wants a login over TLS.
 */
import { createMailer } from '@postrider/core'

await using mailer = await createMailer({
  hostname: 'mail.example.com',
  queue: { path: ':memory:' },
  routes: [
    {
      domain: 'example.org',
      host: '192-0-2-25.smarthost.example',
      port: 587,
      tls: 'verified',
      login: { user: 'forum', password: 'secret' },
      concurrency: 2,
    },
  ],
})

const route = await mailer.route('example.org')
console.log(route.kind, route.kind === 'route' ? route.via : route.reason)
