/**
 * DomainTypo: a recipient domain that is one slip of the finger away from one where millions have their mailbox.
 *
 * Policy. It is asked, never decided: the domain may exist, and the message goes where it was addressed. One slip is a letter too
 * many, too few, wrong, or two in the wrong order. Domains of mailboxes that resemble each other are all known, so that mail.com
 * is not taken for gmail.com.
 */
import { say } from '../language/commands.ts'
import type { Context } from './command.ts'

const KNOWN =
  'gmail.com googlemail.com mail.com email.com ymail.com yahoo.com yahoo.co.jp yahoo.com.tw yahoo.com.hk yahoo.co.uk yahoo.fr yahoo.de outlook.com hotmail.com hotmail.co.uk hotmail.fr live.com live.cn msn.com icloud.com me.com mac.com aol.com gmx.net gmx.de gmx.com gmx.at web.de t-online.de freenet.de posteo.de orange.fr wanadoo.fr laposte.net free.fr sfr.fr libero.it virgilio.it wp.pl onet.pl o2.pl interia.pl seznam.cz mail.ru bk.ru list.ru inbox.ru yandex.ru yandex.com qq.com vip.qq.com foxmail.com 163.com 126.com 139.com 189.cn yeah.net sina.com sina.cn sohu.com aliyun.com naver.com hanmail.net daum.net hinet.net ms1.hinet.net comcast.net proton.me protonmail.com zoho.com fastmail.com'.split(
    ' ',
  )

/** Asks of each domain once. */
export function askOfTypos(addresses: readonly string[], { err }: Pick<Context, 'err'>): void {
  const domains = new Set(addresses.map(address => address.slice(address.lastIndexOf('@') + 1).replace(/>$/, '')))
  for (const domain of domains) {
    const likely = likelyDomain(domain)
    if (likely !== undefined) err.write(`postrider: ${say('send.typo', { domain, likely })}\n`)
  }
}

/** @returns undefined for a domain that is known, or near none */
export function likelyDomain(domain: string): string | undefined {
  const typed = domain.toLowerCase()
  if (KNOWN.includes(typed)) return undefined
  return KNOWN.find(known => isOneSlip(typed, known))
}

function isOneSlip(a: string, b: string): boolean {
  // Short names are near each other without anybody having slipped.
  if (Math.abs(a.length - b.length) > 1 || b.length < 8) return false
  let at = 0
  while (a[at] === b[at]) at++
  const restA = a.slice(at)
  const restB = b.slice(at)
  return (
    restA.slice(1) === restB.slice(1) ||
    restA.slice(1) === restB ||
    restA === restB.slice(1) ||
    (restA[0] === restB[1] && restA[1] === restB[0] && restA.slice(2) === restB.slice(2))
  )
}
