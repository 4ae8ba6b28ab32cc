/** Inbound: what is said of the way of a mail to port 25. */
import { type Say, speaker } from '@postrider/core/language'

export const INBOUND = {
  'no-domain': 'returnPath.domain: there is none, so nothing comes back to addresses of ours',
  to: 'an automatic answer to {to}, by its MX:',
  'step.mx': 'MX',
  'step.connection': 'connection',
  'step.tls': 'TLS',
  'step.answer': 'answer',
  'step.record': 'record',
  'mx.fix': 'publish what `postrider dns` prints',
  'connection.fix':
    'let the relay listen there (relay.inbound.listen: 0.0.0.0:25), and let port 25 be reached; some networks do not lead back to their own public address: then try it from elsewhere',
  'tls.none': 'none: the mail went in plain text',
  'tls.unverified': '{protocol}, with a certificate that proves nothing: {problem}',
  'tls.fix': 'give the relay a certificate for the name of its MX (relay.acme, relay.certificates)',
  'tls.offer.fix':
    'let the relay offer STARTTLS there (relay.inbound.listen: 0.0.0.0:25/starttls), with a certificate that is well',
  'tls.dane.fix':
    'publish the TLSA record of the certificate that is shown there, as `postrider dns` prints it, or take the old record away',
  'tls.policy.fix':
    'name the hosts of the MX in the MTA-STS policy of this domain, or let the MX be those that it names; `postrider dns` prints both',
  'answer.fix':
    'let the host of the MX be a relay with the same returnPath.domain and returnPath.keys, or hand what comes to it to `postrider report`',
  'record.found': 'in the story of {id}, as an automatic answer ({what}) that its address proves',
  'record.missing': 'it was taken, and is not in this queue',
  'record.fix':
    'let the relay that took it have this queue, or see its log: another one has the same keys, or it was taken and not read',
} as const

export const say: Say<typeof INBOUND> = speaker(INBOUND)
