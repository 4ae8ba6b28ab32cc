/**
 * dns: the records to publish, in the form that a zone, a web form or a tool takes.
 *
 * Not here: making them (publish.ts, loaded when it is asked for; records/).
 */
import type { Command } from './command.ts'

export const dns: Command = {
  name: 'dns',
  summary: 'Print the DNS records to publish, as a zone file, for a web form, or for a tool.',
  args: [{ form: '[domains...]', says: 'sender domains (default: those that are signed for)' }],
  flags: [
    {
      form: '-f, --format <name>',
      says: 'zone (default), table, json, cloudflare, route53, terraform-cloudflare or terraform-route53',
    },
    { form: '--missing', says: 'only what is not published yet' },
    { form: '--address <ip...>', says: 'the public addresses of this host (default: found out)' },
    { form: '--mx <host>', says: 'the host that takes the mail of the domain, when it has no MX yet' },
    { form: '--dmarc <stage>', says: 'none, quarantine or reject (default: as it is, at first none)' },
    {
      form: '--tlsa <file...>',
      says: 'certificates or keys of this host, the present and the next: their TLSA records',
    },
    {
      form: '--reports <address>',
      says: 'where DMARC and TLS reports go (default: postmaster@ the domain, and where the relay counts DMARC reports, those there)',
    },
  ],
  examples: [
    'postrider dns example.com',
    'postrider dns --missing --format table',
    'postrider dns example.com --format route53 > change.json',
    'postrider dns example.com --format terraform-cloudflare > mail.tf',
  ],
  run: async (...typed) => (await import('./publish.ts')).run(...typed),
}
