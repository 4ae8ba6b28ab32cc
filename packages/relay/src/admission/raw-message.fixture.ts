/** A message as the mailer reads it. */
import { createMailer, type RawMessage } from '@postrider/core'

export async function read(text: string | Buffer): Promise<RawMessage> {
  await using mailer = await createMailer(
    { hostname: 'mail.abc.mail', queue: { path: ':memory:' }, preflight: 'off' },
    { deliver: false },
  )
  const seen = Promise.withResolvers<RawMessage>()
  await mailer.accept(Buffer.from(text), { from: null, to: ['a@dest.example'] }, { check: seen.resolve })
  return seen.promise
}
