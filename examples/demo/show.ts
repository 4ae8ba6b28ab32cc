/**
 * What the demo prints while a message is on its way.
 */
import type { Fact } from '@postrider/core'

export function say(line: string): void {
  process.stdout.write(`${line}\n`)
}

export function showFact(fact: Fact): void {
  if (fact.kind === 'routed') say(`  routed     ${fact.domain} to ${fact.hosts.join(', ')}`)
  if (fact.kind === 'session-opened')
    say(`  connected  ${fact.host} ${fact.tls?.protocol} ${fact.tls?.cipher}, certificate ${fact.tls?.verified}`)
  if (fact.kind === 'delivered') say(`  delivered  ${fact.reply} after ${fact.tookMs} ms`)
  if (fact.kind === 'deferred' || fact.kind === 'bounced') say(`  ${fact.kind}   ${fact.detail}`)
}
