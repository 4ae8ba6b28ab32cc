/**
 * Channels: each kind of fact on a node:diagnostics_channel of its own, `postrider:<kind>`, for tracers and monitors that
 * know nothing of a mailer object.
 *
 * Policy. Nobody listening costs one property read. As with every diagnostics channel, an error thrown by a subscriber is
 * reported by Node as uncaught, and delivery goes on.
 */
import { type Channel, channel } from 'node:diagnostics_channel'
import type { Fact, FactKind } from '../model/fact.ts'
import { FACT_LEVELS } from './log-line.ts'

/** The facts of one kind: `FactOf<'session-opened'>`. */
export type FactOf<K extends FactKind> = Fact extends infer F
  ? F extends Fact
    ? K extends F['kind']
      ? F & { readonly kind: K }
      : never
    : never
  : never

/** The name of a diagnostics channel. */
export type ChannelName<K extends FactKind = FactKind> = `postrider:${K}`

/** The name of the `node:diagnostics_channel` that a kind of fact is told on. */
export function channelName<K extends FactKind>(kind: K): ChannelName<K> {
  return `postrider:${kind}`
}

/** The function that publishes a fact. */
export function publisher(): (fact: Fact) => void {
  const channels = new Map<FactKind, Channel>()
  for (const kind of Object.keys(FACT_LEVELS) as FactKind[]) channels.set(kind, channel(channelName(kind)))
  return fact => {
    const target = channels.get(fact.kind)
    if (target?.hasSubscribers) target.publish(fact)
  }
}
