import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { refusal, type World } from './load.fixture.ts'

/** What stands in the file or the variables, and the lines that an operator reads. */
const GOLDEN: readonly (World & { readonly lines: readonly string[] })[] = [
  {
    yaml: 'hostname: mail.example.com\ndelivery:\n  port: 2525\n  prot: 25\n',
    lines: [
      'postrider.yaml:4: delivery.prot: found a key that does not exist, wanted delivery.port (did you mean that?)',
    ],
  },
  {
    yaml: 'delivery:\n  port: abc\n',
    lines: ['postrider.yaml:2: delivery.port: found "abc", wanted a whole number from 1 to 65535'],
  },
  {
    yaml: '# who we are\n\nhostname: localhost\n',
    lines: ['postrider.yaml:3: hostname: found "localhost", wanted a full host name, such as mail.example.com'],
  },
  {
    yaml: 'dkim:\n  - domain: example.com\n    selector: s1\n',
    lines: [
      'postrider.yaml:2: dkim.0: found keys (domain, selector), wanted a key with either privateKey or privateKeyFile',
    ],
  },
  {
    yaml: 'dkim:\n  - domain: example.com\n    privateKey: x\n',
    lines: [
      'postrider.yaml:2: dkim.0.selector: found nothing, wanted a selector of letters, digits and hyphens, such as mail2026',
    ],
  },
  {
    yaml: 'dkim:\n  - domain: example.com\n    selector: s1\n    privateKeyFile: none.pem\n',
    lines: [
      'postrider.yaml:4: dkim.0.privateKeyFile: found none.pem, which cannot be read (ENOENT), wanted a file that can be read',
    ],
  },
  {
    yaml: 'dkim:\n  - domain: example.com\n    selector: s1\n    privateKey: very secret\n',
    lines: [
      'postrider.yaml:4: dkim.0.privateKey: found a text that is not PEM, wanted a private key in PEM, beginning with -----BEGIN',
    ],
  },
  {
    yaml: 'hostname: mail.example.com\nhostname: mx.example.com\n',
    lines: ['postrider.yaml:2: found Map keys must be unique, wanted well-formed YAML'],
  },
  {
    yaml: '- a\n- b\n',
    lines: ['postrider.yaml:1: found a single value, wanted keys, such as hostname: mail.example.com'],
  },
  {
    yaml: 'tls: encrypted\n',
    lines: ['postrider.yaml:1: tls: found "encrypted", wanted the keys minimum, caFile'],
  },
  {
    yaml: 'tls:\n  minimum: none\npreflight: on\n',
    lines: [
      'postrider.yaml:2: tls.minimum: found "none", wanted one of opportunistic, encrypted, verified',
      'postrider.yaml:3: preflight: found "on", wanted one of enforce, warn, off',
    ],
  },
  {
    yaml: 'routes:\n  - domain: example.net\n    host: relay.example.net\n    login: { user: me }\n',
    lines: ['postrider.yaml:4: routes.0.login: found keys (user), wanted a user with either password or passwordFile'],
  },
  {
    yaml: 'providers:\n  - { id: google, connections: 3 }\n  - { id: google, messagesPerConnection: 9 }\n',
    lines: ['postrider.yaml:1: providers: found a list of 2, wanted each provider once'],
  },
  {
    yaml: 'providers:\n  - { id: qq, connections: 0 }\n',
    lines: ['postrider.yaml:2: providers.0.connections: found 0, wanted a whole number from 1 to 1000'],
  },
  {
    yaml: 'zzz: 1\n',
    lines: [
      'postrider.yaml:1: zzz: found a key that does not exist, wanted one of hostname, egress, dkim, dns, queue, delivery, routes, providers, tls, mtaSts, tlsrpt, returnPath, feedback, preflight, notices, limits, compose',
    ],
  },
  {
    env: { POSTRIDER_DELIVERY_PORT: '70000' },
    lines: ['POSTRIDER_DELIVERY_PORT: delivery.port: found 70000, wanted a whole number from 1 to 65535'],
  },
  {
    env: { POSTRIDER_HOST: 'mail.example.com' },
    lines: ['POSTRIDER_HOST: found a variable that does not exist, wanted POSTRIDER_HOSTNAME (did you mean that?)'],
  },
  {
    env: { POSTRIDER_DNS_SERVERS: '127.0.0.1, dns.example.com' },
    lines: [
      'POSTRIDER_DNS_SERVERS: dns.servers.1: found "dns.example.com", wanted ip, ip:port, [ipv6]:port or https://host/path',
    ],
  },
  {
    env: { POSTRIDER_DKIM_0_DOMAIN: 'example.com' },
    lines: [
      'POSTRIDER_DKIM_0_SELECTOR: dkim.0.selector: found nothing, wanted a selector of letters, digits and hyphens, such as mail2026',
    ],
  },
  {
    env: { POSTRIDER_DKIM: '[{' },
    lines: ['POSTRIDER_DKIM: dkim: found "[{", wanted a list'],
  },
  {
    env: { POSTRIDER_CONFIG: 'other.yaml' },
    lines: ['other.yaml: found a file that cannot be read (ENOENT), wanted a YAML file, or no POSTRIDER_CONFIG'],
  },
]

suite('a configuration that is wrong', () => {
  for (const { lines, ...world } of GOLDEN) {
    test(`refuses ${JSON.stringify(world.yaml ?? world.env)} in words`, async () => {
      assert.deepEqual(await refusal(world), lines)
    })
  }
})
