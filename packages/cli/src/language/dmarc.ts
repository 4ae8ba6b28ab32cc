/** Dmarc: what is said of DMARC aggregate reports. */
import { type Say, speaker } from '@postrider/core/language'

export const DMARC = {
  'dmarc.none': 'no DMARC report yet: they go to the address that rua= in the DMARC record names',
  'dmarc.domain':
    '{domain} (p={policy}): {messages} messages in {reports} reports of {days} days; aligned {share}, from our addresses {ours}',
  'dmarc.reporter': '  seen by {reporter}: {messages}; aligned {share}, from our addresses {ours}',
  'dmarc.source.ours': '  from {source}, ours: {messages}; aligned {share}; seen by {reporters}',
  'dmarc.source.forwarder':
    '  from {source}, which passes signed mail on: {messages}; aligned {share}; seen by {reporters}',
  'dmarc.source.stranger': '  from {source}, unknown: {messages}; aligned {share}; seen by {reporters}',
  'dmarc.others': 'others',
  'dmarc.advice.wait': '  what to do: wait; two weeks of reports are wanted before the policy is raised',
  'dmarc.advice.mend':
    '  what to do: mail from our own addresses fails; `postrider doctor {domain}` says why, before anything else',
  'dmarc.advice.name':
    '  what to do: find out who the unknown senders are; a service that sends for you needs SPF or a DKIM key, a forger nothing',
  'dmarc.advice.raise': '  what to do: raise the policy: `postrider dns {domain} --dmarc {next}`',
  'dmarc.advice.stay': '  what to do: nothing; forged mail is refused',
  'dmarc.wanted': 'two weeks of reports with 98 % aligned',
} as const

export const say: Say<typeof DMARC> = speaker(DMARC)
