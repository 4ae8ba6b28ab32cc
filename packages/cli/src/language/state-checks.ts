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
    title: 'The configuration holds no trap',
    why: 'Some settings are allowed and still lose mail, or let others in.',
  },
  'config.permissions': {
    title: 'Strangers cannot read a configuration that holds secrets',
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
    title: 'Somebody delivers from the queue',
    why: 'Accepted mail goes nowhere while no process delivers: neither `postrider serve` nor a program of yours.',
  },
  'queue.held': {
    title: 'Nothing is on hold',
    why: 'Held mail waits until somebody releases it.',
  },
  'queue.waiting': {
    title: 'No destination keeps mail waiting',
    why: 'A destination that defers everything has a reason: its reply says which.',
  },
  'queue.paused-sites': {
    title: 'No mail site is paused',
    why: 'A site that says "slow down", or refuses everything, gets nothing for a while, so that it does not refuse more.',
  },
  'queue.replies': {
    title: 'No refusal is ours to mend',
    why: 'Each reply of the last day, deferral or bounce, is matched with a rule; some rules know what mends it.',
  },
  'database.durability': {
    title: 'No single failure of the database loses accepted mail',
    why: "What was answered 250 is nobody else's any more: it has to outlive a disk, a power cut, or the machine of the database.",
  },
  'database.clock': {
    title: 'The clock of the database is right',
    why: 'All relays go by it: what is due, the Date of mail that has none, and signatures, which fail when they are of the future.',
  },
  'database.transport': {
    title: 'Nobody on the way to the database reads along',
    why: 'All mail, and the password of the database, pass there.',
  },
  'database.role': {
    title: 'The user of the database may do no more than it needs',
    why: 'Whoever has the configuration of one relay has its user in the database.',
  },
  'dmarc.seen': {
    title: 'Receivers report that mail in our name is ours',
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
  'submission.certificate': {
    title: 'Clients that verify accept the certificate',
    why: 'PHP (PHPMailer, MyBB, SMF) verifies by default and sends nothing to a host whose certificate fails; phpBB then says "does not support authentication".',
  },
  'submission.accounts': {
    title: 'Somebody can log in',
    why: 'Without an account nobody can submit: there is no relaying without login.',
  },
  'inbound.aliases': {
    title: 'Somebody gets the mail that every mail host takes',
    why: 'Providers write to postmaster@ and abuse@ about complaints, and send there the codes with which one enrols in their feedback loops (RFC 5321 §4.5.1, RFC 2142 §2).',
  },
  'interface.logins': {
    title: 'Somebody can log in to the web interface and administer it',
    why: 'Otherwise what needs a hand is seen on the host alone; a link of the first start is good for a quarter of an hour.',
  },
  'interface.oidc': {
    title: 'One can log in to the web interface at the OpenID provider',
    why: 'Where it does not answer, only who has a password here comes in.',
  },
  'public.answers': {
    title: 'Links in mail lead to this relay',
    why: 'Whoever cannot unsubscribe by the link calls it spam, and mail programs ask the link by themselves (RFC 8058).',
  },
  'webhooks.taken': {
    title: 'Endpoints of webhooks take their events',
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
