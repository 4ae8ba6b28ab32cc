/**
 * Catalogue: the checks of this host's own state, beside those of the sender (core's CHECKS). Ids are API, as there.
 */
import { inLanguage } from '@postrider/core/language'

export interface StateCheckText {
  readonly title: string
  readonly why: string
}

export const STATE_CHECKS = {
  'config.lint': {
    title: 'No setting loses mail or lets others in',
    why: 'Some settings are allowed and still lose mail, or let others in.',
  },
  'config.permissions': {
    title: 'Only its owner can read a configuration with secrets',
    why: 'Whoever reads a password, a key or a token there can send mail in the name of its owner.',
  },
  'queue.opens': {
    title: 'The queue file can be opened',
    why: 'Without it nothing is accepted and nothing is delivered.',
  },
  'queue.age': {
    title: 'Nothing waits for long',
    why: 'Mail that waits for hours is mail that somebody misses; the last replies say why it waits.',
  },
  'queue.delivery': {
    title: 'A process delivers from the queue',
    why: 'Accepted mail goes nowhere while no process delivers: neither `postrider serve` nor a program of yours.',
  },
  'queue.held': {
    title: 'Nothing is on hold',
    why: 'Held mail waits until somebody releases it.',
  },
  'queue.waiting': {
    title: 'No destination defers its mail',
    why: 'A destination that defers everything has a reason: its reply says which.',
  },
  'queue.paused-sites': {
    title: 'No mail site is paused',
    why: 'A site that says "slow down", or refuses everything, gets nothing for a while, so that it does not refuse more.',
  },
  'queue.replies': {
    title: 'No refusal has a remedy on this host',
    why: 'Each reply of the last day, deferral or bounce, is matched with a rule; some rules know the remedy.',
  },
  'database.durability': {
    title: 'No single failure of the database loses accepted mail',
    why: 'Mail that was answered with 250 exists nowhere else: it has to outlive a disk, a power cut, or the machine of the database.',
  },
  'database.clock': {
    title: 'The clock of the database is right',
    why: 'All relays go by it: what is due, the Date of mail that has none, and signatures, which fail when they are of the future.',
  },
  'database.transport': {
    title: 'The connection to the database is encrypted or local',
    why: 'All mail, and the password of the database, pass there.',
  },
  'database.role': {
    title: 'The database user has no more rights than it needs',
    why: 'Whoever has the configuration of one relay has its user in the database.',
  },
  'dmarc.seen': {
    title: 'DMARC reports show that mail in our name passes',
    why: 'What fails DMARC is lost as soon as the policy is raised; and while it is not, forgers are delivered.',
  },
  'disk.space': {
    title: 'The disk of the queue has room',
    why: 'On a full disk nothing more is accepted: clients get 452 and many of them drop the mail.',
  },
  'keys.permissions': {
    title: 'Only their owner can read private keys',
    why: 'Whoever has a DKIM key can sign as the domain, and whoever has the TLS key can be this host.',
  },
  'keys.rotation': {
    title: 'DKIM keys are turned in time',
    why: 'The longer a key signs, the more likely somebody else has it; and a rotation that is stuck leaves two keys that can sign.',
  },
  'submission.certificate': {
    title: 'Clients that verify accept the certificate',
    why: 'PHP (PHPMailer, MyBB, SMF) verifies by default and sends nothing to a host whose certificate fails; phpBB then says "does not support authentication".',
  },
  'submission.accounts': {
    title: 'Somebody can log in',
    why: 'Without an account nobody can submit: there is no relaying without login.',
  },
  'inbound.aliases': {
    title: 'postmaster and abuse lead to somebody',
    why: 'Providers write to postmaster@ and abuse@ about complaints, and send there the codes with which one enrols in their feedback loops (RFC 5321 §4.5.1, RFC 2142 §2).',
  },
  'interface.logins': {
    title: 'Somebody can log in to the web interface and administer it',
    why: 'Otherwise what needs attention is seen on the host itself only; the link of the first start works for 15 minutes.',
  },
  'interface.oidc': {
    title: 'Logging in through the OpenID provider works',
    why: 'While it does not answer, only users with a password here can log in.',
  },
  'public.answers': {
    title: 'Links in mail lead to this relay',
    why: 'Somebody who cannot unsubscribe by the link reports spam, and mail programs use the link by themselves (RFC 8058).',
  },
  'webhooks.taken': {
    title: 'Webhook endpoints take their events',
    why: 'An app that does not hear of bounces and complaints goes on mailing those addresses; after three days its events are dropped.',
  },
} as const
STATE_CHECKS satisfies Readonly<Record<string, StateCheckText>>

export type StateCheckId = keyof typeof STATE_CHECKS

/** In the language of this process. */
export function stateCheckText(id: StateCheckId): StateCheckText {
  const { title, why } = STATE_CHECKS[id]
  return { title: inLanguage(STATE_CHECKS, `${id}.title`, title), why: inLanguage(STATE_CHECKS, `${id}.why`, why) }
}
