/**
 * Replies: what mail hosts refused and put off of late, by the rule that judged it, with what can be done.
 *
 * Policy. Of the newest facts, so that it costs little however busy the relay is: it is what to look at now, not what is counted.
 */
import { type DurableFact, FAILURE_CODES, kinds as k } from '@postrider/core'
import { failureText, remedyText } from '@postrider/core/language'
import { QUEUE_ID, text, time } from './shapes.ts'
import { type Retell, toldTo } from './told.ts'
import { declare, type V1Route } from './v1-route.ts'

type Failed = Extract<DurableFact, { readonly rule: string; readonly code: string }>

interface Judged {
  readonly last: Failed
  readonly times: number
}

const HOUR_MS = 3_600_000
const MOST_RULES = 200

function isFailed(fact: DurableFact): fact is Failed {
  return fact.kind === 'deferred' || fact.kind === 'bounced' || fact.kind === 'expired'
}

/** Most frequent first. @param facts oldest first */
function byRule(facts: readonly DurableFact[]): readonly Judged[] {
  const judged = new Map<string, Judged>()
  for (const fact of facts.filter(isFailed)) {
    const key = `${fact.rule} ${fact.code}`
    judged.set(key, { last: fact, times: (judged.get(key)?.times ?? 0) + 1 })
  }
  return [...judged.values()].sort((a, b) => b.times - a.times).slice(0, MOST_RULES)
}

function told({ last, times }: Judged, retell: Retell): object {
  const { rule, code, permanence, stage, host, reply, remedy, recipient, messageId, at } = last
  return {
    rule,
    code,
    permanence,
    stage,
    times,
    last: {
      at,
      messageId,
      recipient,
      detail: retell(failureText(last)),
      ...(host !== undefined && { host }),
      ...(reply !== undefined && { reply }),
    },
    ...(remedy !== undefined && { remedy: remedyText(remedy) ?? remedy }),
  }
}

export const REPLY_ROUTES: readonly V1Route[] = [
  declare({
    method: 'GET',
    path: '/v1/replies',
    scope: 'read',
    about: 'relay',
    says: 'What was refused and put off of late, by the rule that judged it, with what can be done. Of the last 5,000 facts.',
    query: k.strictObject({ hours: k.int().min(1).max(720).default(24) }),
    answers: k.strictObject({
      replies: k.array(
        k.strictObject({
          rule: text('Which rule: docs/failures.md.'),
          code: k.enum(Object.keys(FAILURE_CODES) as (keyof typeof FAILURE_CODES)[]),
          permanence: text('`transient` or `permanent`.'),
          stage: text('What was answered, such as `rcpt`.'),
          times: k.int(),
          last: k
            .strictObject({
              at: time('When.'),
              messageId: QUEUE_ID,
              recipient: k.string(),
              host: k.string().optional(),
              reply: text('What was said, on one line.').optional(),
              detail: text('What it means.'),
            })
            .describe('The newest of them.'),
          remedy: text('What can be done.').optional(),
        }),
      ),
    }),
    work: async ({ query: { hours }, request }, { mailer, clock }) => {
      const judged = byRule(await mailer.queue.recentFacts(clock.now() - hours * HOUR_MS))
      return toldTo(request, retell => ({ replies: judged.map(each => told(each, retell)) }))
    },
  }),
]
