/**
 * keygen: make a DKIM key, keep the private half in a file, print the DNS record of the public half.
 *
 * Not here: doing it (make-key.ts, loaded when it is asked for).
 */
import type { Command } from './command.ts'

export const keygen: Command = {
  name: 'keygen',
  summary: 'Make a DKIM key and print its DNS record.',
  args: [{ form: '<domain>', says: 'the domain that signs (d=)' }],
  flags: [
    { form: '--selector <name>', says: 'the selector (default: "postrider", or the next one that is free)' },
    { form: '--algorithm <name>', says: 'rsa (default) or ed25519' },
    { form: '--bits <n>', says: 'size of an RSA key (default 2048)' },
    { form: '--out <file>', says: 'where the private key goes (default: SELECTOR.DOMAIN.pem)' },
  ],
  examples: ['postrider keygen example.com', 'postrider keygen example.com --selector 2026a --out keys/2026a.pem'],
  run: async (input, context) => (await import('./make-key.ts')).run(input, context),
}
