/**
 * Erase: a person is taken out of the history.
 *
 * Policy. It is told with the address in its body, not in its path: paths stand in logs. The audit keeps who asked for it, and not for whom.
 */
import { type ErasedPerson, kinds as k } from '@postrider/core'
import type { Caller } from '../access-control/index.ts'
import { mailersOf } from './mailers.ts'
import { ADDRESS, QUEUE_ID } from './shapes.ts'
import { declare, type V1Route } from './v1-route.ts'

export const ERASE_ROUTES: readonly V1Route[] = [
  declare({
    method: 'POST',
    path: '/v1/erase',
    scope: 'admin',
    about: 'relay',
    says: 'Takes a person out of the history: address, cards, kept content. What waits is told and not touched.',
    hasSecrets: true,
    body: k.strictObject({
      address: ADDRESS,
      suppressions: k.boolean().describe('Lift its suppression too: it may be mailed again.').default(false),
    }),
    answers: k.strictObject({
      messages: k.int().describe('Messages that say nothing of the address any more.'),
      contents: k.int().describe('How many of them had kept content.'),
      open: k.int().describe('Messages that wait or are being delivered: erase again when they are done.'),
      openIds: k.array(QUEUE_ID).describe('The first hundred of them.'),
      suppression: k
        .enum(['none', 'kept', 'lifted'])
        .describe('A suppression that is kept keeps the address from being mailed, and so known.'),
    }),
    work: async ({ body: { address, suppressions }, caller }, ports) => {
      const erased: ErasedPerson[] = []
      for (const { messages } of await mailersOf(ports))
        erased.push(await messages.erase(address, { suppressions, by: callerName(caller) }))
      return together(erased)
    },
  }),
]

const MOST_IDS = 100

function together(erased: readonly ErasedPerson[]): ErasedPerson {
  const sum = (name: 'messages' | 'contents' | 'open'): number => erased.reduce((all, each) => all + each[name], 0)
  return {
    ...{ messages: sum('messages'), contents: sum('contents'), open: sum('open') },
    openIds: erased.flatMap(({ openIds }) => openIds).slice(0, MOST_IDS),
    suppression: erased.map(each => each.suppression).find(each => each !== 'none') ?? 'none',
  }
}

function callerName(caller: Caller): string {
  return caller.kind === 'session' ? `user ${caller.session.user}` : `key ${caller.key.id}`
}
