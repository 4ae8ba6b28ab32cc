/**
 * Unsubscribe: the page behind a List-Unsubscribe link, and the click that mail programs make by themselves.
 *
 * Policy. Looking changes nothing: scanners follow every link of a mail (RFC 8058 §3.2). Only a POST unsubscribes, whoever makes it, and
 * without a cookie, a login or a second question (RFC 8058 §3.1). The link is the local part of a return address for unsubscribing, so
 * that it is proved as that is, and does what a mail to it does: once, whichever way is taken. The page says what came of it, and no more.
 *
 * Not here: what follows from it (the mailer), who puts the link into mail.
 */
import { Buffer } from 'node:buffer'
import { type Clock, type Mailer, type ReturnKeys, readReturnAddress } from '@postrider/core'
import { acceptedLanguage } from '../language/accept-language.ts'
import { speakPublic } from '../language/public-pages.ts'
import type { HttpAnswer, HttpRequest } from '../server/index.ts'
import { html, page } from './page.ts'

export interface UnsubscribePorts {
  readonly mailer: Pick<Mailer, 'takeReport' | 'suppression'>
  /** Whether who unsubscribes is not mailed any more, or the sender is only told. */
  readonly unsubscribeSuppresses: () => boolean
  readonly returnKeys: () => ReturnKeys | undefined
  readonly clock: Pick<Clock, 'now'>
}

/** What a mail to that address would be. */
const MAIL = Buffer.from('Subject: unsubscribe\r\n\r\n')

export async function showUnsubscribe(request: HttpRequest, ports: UnsubscribePorts): Promise<HttpAnswer> {
  if (addressOf(request, ports) === undefined) return noSuchLink(request)
  const language = acceptedLanguage(request.header('accept-language'))
  const say = speakPublic(language)
  const ask = ports.unsubscribeSuppresses() ? 'unsubscribe.ask' : 'unsubscribe.ask-sender'
  const body = html`<p>${say(ask)}</p>
<form method="post"><input type="hidden" name="List-Unsubscribe" value="One-Click">
<button>${say('unsubscribe.button')}</button></form>`
  return page(200, language, { title: say('unsubscribe.title'), body })
}

export async function unsubscribe(request: HttpRequest, ports: UnsubscribePorts): Promise<HttpAnswer> {
  const to = addressOf(request, ports)
  if (to === undefined) return noSuchLink(request)
  // What it says, the method has said already.
  if ((await request.body()) === 'too-large') return noSuchLink(request)
  const { recipients } = await ports.mailer.takeReport(MAIL, { to })
  const language = acceptedLanguage(request.header('accept-language'))
  const say = speakPublic(language)
  const [one] = recipients
  // Its history is over: nobody knows any more whom it was for.
  if (one === undefined)
    return page(410, language, { title: say('unsubscribe.late-title'), body: html`<p>${say('unsubscribe.late')}</p>` })
  const isStopped = (await ports.mailer.suppression(one.recipient)) !== undefined
  const text = isStopped ? 'unsubscribe.done' : 'unsubscribe.told'
  return page(200, language, { title: say('unsubscribe.title'), body: html`<p>${say(text)}</p>` })
}

export function noSuchLink(request: HttpRequest): HttpAnswer {
  const language = acceptedLanguage(request.header('accept-language'))
  const say = speakPublic(language)
  return page(404, language, { title: say('link.title'), body: html`<p>${say('link.gone')}</p>` })
}

function addressOf({ params }: HttpRequest, { returnKeys, clock }: UnsubscribePorts): string | undefined {
  const keys = returnKeys()
  if (keys === undefined) return undefined
  const address = `${params.token}@${keys.domain}`
  const proof = readReturnAddress(address, keys, clock.now())
  return typeof proof === 'object' && proof.purpose === 'unsubscribe' ? address : undefined
}
