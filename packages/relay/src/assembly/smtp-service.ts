/**
 * Reception: the listener and the desk behind it, from the rooms that they need. Settings are asked each time, so that a
 * reload reaches the sessions that are open.
 */
import type { Logins } from '../account/index.ts'
import { Bans, type Habits, KnownRecipients } from '../admission/index.ts'
import { spoolOf } from '../config/options.ts'
import { Handover, Listener, MemoryBudget, SubmissionServer } from '../listener/index.ts'
import type { Certificates } from '../upkeep/certificates.ts'
import type { Disk } from '../upkeep/free-disk.ts'
import type { Postmaster } from '../upkeep/postmaster-mail.ts'
import type { Ground } from './context.ts'

interface Reception {
  readonly habits: Habits
  readonly disk: Disk
  readonly logins: Logins
  readonly certificates: Certificates
  readonly postmaster: Postmaster
}

export function openReception(ground: Ground, { habits, disk, logins, certificates, postmaster }: Reception): Listener {
  const { current, clock, logger, mailer, metrics } = ground
  const { options, relay: settings } = current.config
  const recipients = new KnownRecipients({ find: address => mailer.suppression(address), clock })
  mailer.on('suppressed', fact => recipients.forget(fact.recipient))
  const desk = new SubmissionServer({
    hostname: options.hostname,
    clock,
    logger,
    metrics,
    logins,
    bans: new Bans({ clock, options: () => current.config.relay.ban }),
    recipients,
    handover: openHandover(ground, habits, postmaster),
    budget: new MemoryBudget(settings.limits.bodiesMemoryBytes),
    folder: spoolOf(current.config),
    get memoryBytes() {
      return current.config.relay.limits.bodyMemoryBytes
    },
    limits: () => current.limits,
    hasRoom: disk.hasRoom,
  })
  return new Listener({
    desk,
    clock,
    contexts: () => certificates.contexts,
    limits: () => current.config.relay.limits,
    isProxy: () => current.proxies,
    isTrusted: () => current.trusted,
  })
}

function openHandover({ current, clock, logger, mailer }: Ground, habits: Habits, postmaster: Postmaster): Handover {
  return new Handover({
    mailer,
    hostname: current.config.options.hostname,
    clock,
    logger,
    habits,
    onJump: (account, jump) => postmaster.held(account, jump),
    get replyWithinMs() {
      return current.config.relay.limits.replyWithinMs
    },
    get mostReceived() {
      return current.config.relay.limits.mostReceived
    },
    get trace() {
      return current.config.relay.trace
    },
  })
}
