/**
 * PageList: every page of the interface, with something on it, for what must hold on all.
 */
export const PAGES: Readonly<Record<string, string>> = {
  overview: '#/',
  messages: '#/messages',
  'messages that are not understood': '#/messages?q=statsu%3Aheld',
  queue: '#/queue',
  suppressions: '#/suppressions',
  providers: '#/providers?domain=gmail.com',
  doctor: '#/doctor?of=forum%40abc.mail',
  domains: '#/domains',
  refused: '#/refused?from=forum%40abc.mail&to=anna%40gmail.com%20gone%40club.example%20x%40no.example',
  webhooks: '#/webhooks',
  accounts: '#/accounts',
  log: '#/log',
  settings: '#/settings',
  'no page': '#/nothing',
}
