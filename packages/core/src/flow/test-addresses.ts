/**
 * TestAddresses: what an address of a test domain stands for, by its local part: `delivered`, `bounced`, `complained`, `suppressed`,
 * `deferred`, `greylisted`, `slow`, `uncertain`, `tls-refused`, each with any `+label`. `deferred+452@` is refused with that code,
 * `slow+30s@` takes so long.
 *
 * Not here: which domains (model/route.ts), whether they are played at all (`delivery.testAddresses`), playing it (play.ts).
 */
import type { JobRecipient } from '../model/job.ts'
import { isPlayedOutcome, type Played } from '../model/played.ts'

/** Undefined: no test address is called so. */
export function testOutcome({ address }: Pick<JobRecipient, 'address'>): Played | undefined {
  const [outcome = '', ...labels] = address.local.toLowerCase().split('+')
  if (!isPlayedOutcome(outcome)) return undefined
  const label = labels.join('+')
  const seconds = outcome === 'slow' ? /^(\d{1,4})s$/.exec(label)?.[1] : undefined
  const code = outcome === 'deferred' ? /^4\d\d$/.exec(label)?.[0] : undefined
  return {
    outcome,
    ...(seconds !== undefined && { ms: Number(seconds) * 1000 }),
    ...(code !== undefined && { code: Number(code) }),
  }
}
