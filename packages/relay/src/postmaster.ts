/**
 * Postmaster: the mail that tells the operator of an account on hold.
 */
import type { Logger, Mailer } from '@postrider/core'
import type { Account } from './account/index.ts'
import type { Jump } from './admission/index.ts'

interface News {
  readonly mailer: Pick<Mailer, 'send'>
  readonly logger: Logger
  readonly to: string
  readonly account: Account
  readonly jump: Jump
}

export function tellPostmaster({ mailer, logger, to, account, jump }: News): void {
  const { name } = account
  logger.warn({ event: 'account-held', account: name, today: jump.today, habit: jump.habit }, 'volume far above habit')
  mailer
    .send({
      from: to,
      to,
      subject: `Postrider holds the mail of ${name}`,
      text: [
        `The account ${name} has sent to ${jump.today} recipients today; on its other days it sends to about ${jump.habit}.`,
        'A password that was stolen looks like this. What it submits from now on is taken and held, not delivered.',
        '',
        `Look:     postrider queue list --account ${name}`,
        `Deliver:  postrider queue release --account ${name}`,
        `Discard:  postrider queue cancel --account ${name}`,
        `Lock out: postrider user passwd ${name}`,
        '',
      ].join('\n'),
      headers: { 'Auto-Submitted': 'auto-generated' },
    })
    .catch((error: Error) => {
      logger.error({ event: 'postmaster-not-told', to, error: error.message }, 'the postmaster could not be told')
    })
}
