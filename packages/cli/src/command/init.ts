/**
 * init: from an empty host to a configuration, keys, accounts and the records to publish.
 *
 * Not here: doing it (set-up.ts, loaded when it is asked for).
 */
import type { Command } from './command.ts'

export const init: Command = {
  name: 'init',
  summary: 'Set up this host: keys, accounts, postrider.yaml, the DNS records to publish, and a look at all of it.',
  flags: [
    { form: '--domain <name...>', says: 'the domains that mail is sent from' },
    { form: '--hostname <name>', says: 'the name of this host (default: mail. and the first domain)' },
    { form: '--user <name...>', says: 'who may log in and hand mail over; a password is made for each' },
    { form: '--folder <path>', says: 'where queue, keys and accounts are kept (default: ./postrider-data)' },
    { form: '--selector <name>', says: 'the DKIM selector of new keys (default: "postrider")' },
    { form: '--address <ip...>', says: 'the public addresses of this host (default: found out)' },
    { form: '--mx <host>', says: 'the host that takes the mail of the domains, when they have no MX yet' },
    { form: '--probe <host>', says: 'the mail host to try on port 25 (default: one of gmail.com)' },
    {
      form: '--service <name>',
      says: 'send all mail through a service, where port 25 is closed: ses, postmark, resend, …',
    },
    { form: '--region <name>', says: 'the region of the service, such as eu-central-1' },
    { form: '--service-user <name>', says: 'the user name that the service gave you' },
    { form: '--service-password-file <path>', says: 'the file that holds the password or key of the service' },
    { form: '-y, --yes', says: 'ask nothing' },
    { form: '--no-doctor', says: 'end without the doctor' },
  ],
  examples: [
    'postrider init',
    'postrider init --domain example.com --hostname mail.example.com --user forum --yes',
    'postrider init --domain example.com --service ses --region eu-central-1 --service-user AKIA… --service-password-file ./ses',
    'postrider init --domain example.com --config /etc/postrider/postrider.yaml --folder /var/lib/postrider',
  ],
  run: async (...typed) => (await import('./set-up.ts')).run(...typed),
}
