/**
 * Catalogue: the checks of this host's own state, beside those of the sender (core's CHECKS). Ids are API, as there.
 */
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
  'database.transport': {
    title: 'Nobody on the way to the database reads along',
    why: 'All mail, and the password of the database, pass there.',
  },
  'database.role': {
    title: 'The user of the database may do no more than it needs',
    why: 'Whoever has the configuration of one relay has its user in the database.',
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
} as const
STATE_CHECKS satisfies Readonly<Record<string, StateCheckText>>

export type StateCheckId = keyof typeof STATE_CHECKS
