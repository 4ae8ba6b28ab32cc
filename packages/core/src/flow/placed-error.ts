/**
 * PlacedError: what is wrong with one of several that go in together, with its place among them.
 */
import { MailerError } from '../model/error.ts'

/** The same error, of one of several. */
export function placed(error: unknown, place: number): unknown {
  if (!MailerError.is(error)) return error
  const { code, message, where, found, wanted, fix, checks } = error
  const given = Object.entries({ found, wanted, fix }).filter(([, value]) => value !== undefined)
  return new MailerError(code, `[${place}] ${message}`, {
    ...Object.fromEntries(given),
    where: where === undefined ? `[${place}]` : `[${place}].${where}`,
    checks,
    cause: error,
  })
}
