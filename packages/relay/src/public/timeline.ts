/**
 * Timeline: what became of one mail, for whoever was given the link: support, or the recipient whom it helps.
 *
 * Policy. What happened, when, and what the receiving server said; not what the mail says, not how we came to send it, no dialogue. Of a
 * message whose history is over nothing is shown.
 *
 * Not here: who may give out a link (v1/, resend/, the command line), its proof (link/).
 */
import type { Clock, DurableFact, Mailer, QueueEntry, Story } from '@postrider/core'
import type { Language } from '@postrider/core/language'
import { acceptedLanguage } from '../language/accept-language.ts'
import { type SayPublic, speakPublic } from '../language/public-pages.ts'
import { readLink } from '../link/index.ts'
import type { HttpAnswer, HttpRequest } from '../server/index.ts'
import { type Html, html, page } from './page.ts'
import { noSuchLink } from './unsubscribe.ts'

export interface LinkPorts {
  readonly linkKeys: () => readonly Uint8Array[]
  readonly clock: Pick<Clock, 'now'>
}

export interface TimelinePorts extends LinkPorts {
  readonly mailer: Pick<Mailer, 'explain'>
}

const MOST_SHOWN = 200

export async function showTimeline(request: HttpRequest, ports: TimelinePorts): Promise<HttpAnswer> {
  const link = readLink(request.params.token ?? '', ports.linkKeys(), ports.clock.now())
  if (typeof link === 'string' || link.kind !== 'timeline') return noSuchLink(request)
  const story = await ports.mailer.explain(link.id).catch(unlessUnknown)
  if (story === undefined) return noSuchLink(request)
  const language = acceptedLanguage(request.header('accept-language'))
  const say = speakPublic(language)
  const body = html`${headOf(story.entry, say)}
<ul>${story.entry.recipients.slice(0, MOST_SHOWN).map(({ address, state }) => html`<li>${address}: ${say(`state.${state}`)}</li>`)}</ul>
<ol>${eventsOf(story, say, language)}</ol>
<p>${say('timeline.until', { moment: printed(link.until, language) })}</p>`
  return page(200, language, { title: say('timeline.title'), body })
}

/** The history of a message ends before a link to it may. */
export function unlessUnknown(error: unknown): undefined {
  if ((error as { readonly code?: string }).code !== 'unknown-message') throw error
  return undefined
}

function headOf({ card, from }: QueueEntry, say: SayPublic): Html {
  const subject = card?.subject
  const about = subject === undefined ? [] : [html`<dt>${say('timeline.subject')}</dt><dd>${subject}</dd>`]
  return html`<dl>${about}<dt>${say('timeline.from')}</dt><dd>${card?.from ?? from}</dd></dl>`
}

function eventsOf({ facts }: Story, say: SayPublic, language: Language): readonly Html[] {
  const told = facts.flatMap(({ fact }) => {
    const text = textOf(fact, say)
    return text === undefined ? [] : [{ at: fact.at, text, reply: 'reply' in fact ? fact.reply : undefined }]
  })
  return told.slice(-MOST_SHOWN).map(({ at, text, reply }) => {
    const said = reply === undefined || reply === '' ? [] : [html`<br>${say('fact.said', { reply: String(reply) })}`]
    const moment = html`<time datetime="${new Date(at).toISOString()}">${printed(at, language)}</time>`
    return html`<li>${moment}${text}${said}</li>`
  })
}

/** Undefined: it is the operator's, or the sender's. */
function textOf(fact: DurableFact, say: SayPublic): string | undefined {
  switch (fact.kind) {
    case 'queued':
    case 'held':
    case 'released':
      return say(`fact.${fact.kind}`)
    case 'delivered':
    case 'deferred':
    case 'bounced':
    case 'expired':
    case 'returned':
    case 'cancelled':
      return say(`fact.${fact.kind}`, { recipient: fact.recipient })
    default:
      return undefined
  }
}

function printed(at: number, language: Language): string {
  return new Intl.DateTimeFormat(language, { dateStyle: 'medium', timeStyle: 'long', timeZone: 'UTC' }).format(at)
}
