/**
 * AdmissionService: what a relay counts of its clients: failed logins, and what accounts send. Relays with one database count together.
 */
import { Bans, Rate, type RateCounter, SharedBans, SharedRate, sharedCounts } from '../admission/index.ts'
import type { RelayStore } from '../store/index.ts'
import type { RelayContext } from './context.ts'

export interface AdmissionService {
  readonly bans: Bans
  /** Of accounts. */
  readonly counters: { readonly messages: RateCounter; readonly recipients: RateCounter }
  close(): Promise<void>
}

export function openAdmission({ current, clock }: RelayContext, store: RelayStore): AdmissionService {
  const options = () => current.config.relay.ban
  const bans = new Bans({ clock, options })
  if (current.config.options.queue.url === undefined) {
    const counters = { messages: new Rate({ clock }), recipients: new Rate({ clock }) }
    return { bans, counters, close: async () => {} }
  }
  const shared = new SharedBans({ bans, store, clock, forgetMs: () => options().forgetMs })
  shared.start()
  const rateOf = (what: string): SharedRate => new SharedRate({ clock, count: sharedCounts(store, what) })
  const [messages, recipients] = [rateOf('messages'), rateOf('recipients')]
  return {
    bans,
    counters: { messages, recipients },
    close: async () => {
      await Promise.all([messages.close(), recipients.close(), shared.close()])
    },
  }
}
