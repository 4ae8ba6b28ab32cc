/**
 * SmtpService: the listener and the policy behind it, from the rooms that they need. Settings are asked each time, so that a
 * reload reaches the sessions that are open.
 */
import { isTestDomain } from '@postrider/core'
import type { Logins } from '../account/index.ts'
import { type Bans, KnownRecipients, type VolumeBaselines } from '../admission/index.ts'
import { aliasDomainsOf, postmasterOf, spoolOf } from '../config/options.ts'
import {
  InboundPolicy,
  type InboundPolicyOptions,
  Listener,
  MemoryBudget,
  SubmissionPolicy,
  Submitter,
} from '../listener/index.ts'
import type { Certificates } from '../upkeep/certificates.ts'
import type { Disk } from '../upkeep/free-disk.ts'
import type { Postmaster } from '../upkeep/postmaster-mail.ts'
import { InboundPoster } from '../webhook/index.ts'
import type { AdmissionService } from './admission-service.ts'
import type { RelayContext } from './context.ts'

interface SmtpService {
  readonly baselines: VolumeBaselines
  readonly disk: Disk
  readonly logins: Logins
  readonly certificates: Certificates
  readonly postmaster: Postmaster
  /** Those of both ways in. */
  readonly bans: Bans
  readonly counters: AdmissionService['counters']
}

export function openSmtpService(
  context: RelayContext,
  { baselines, disk, logins, certificates, postmaster, bans, counters }: SmtpService,
): { readonly listener: Listener; readonly policy: SubmissionPolicy; readonly poster: InboundPoster } {
  const { current, clock, logger, mailer, metrics } = context
  const { options, relay: settings } = current.config
  const recipients = new KnownRecipients({ find: address => mailer.suppression(address), clock })
  mailer.on('suppressed', fact => recipients.forget(fact.recipient))
  const policy = new SubmissionPolicy({
    hostname: options.hostname,
    clock,
    logger,
    metrics,
    logins,
    bans,
    counters,
    recipients,
    submitter: openSubmitter(context, baselines, postmaster),
    budget: new MemoryBudget(settings.limits.bodiesMemoryBytes),
    folder: spoolOf(current.config),
    get memoryBytes() {
      return current.config.relay.limits.bodyMemoryBytes
    },
    limits: () => current.limits,
    disk,
    isTest: testOf(context),
  })
  const poster = new InboundPoster(clock)
  const listener = new Listener({
    policy,
    inbound: {
      alone: inboundOf(context, { submission: policy, poster, login: false }),
      'with-logins': inboundOf(context, { submission: policy, poster, login: true }),
    },
    clock,
    contexts: () => certificates.contexts,
    limits: () => current.config.relay.limits,
    isProxy: () => current.proxies,
    isTrusted: () => current.trusted,
  })
  return { listener, policy, poster }
}

function inboundOf(
  { current, clock, logger, mailer }: RelayContext,
  { submission, poster, login }: Pick<InboundPolicyOptions, 'submission' | 'poster' | 'login'>,
) {
  return new InboundPolicy({
    ...{ submission, poster, login, mailer, clock, logger },
    returnKeys: () => current.returnKeys,
    aliases: () => ({
      aliases: current.aliases,
      seal: current.config.relay.inbound.seal,
      domains: aliasDomainsOf(current.config),
      operator: postmasterOf(current.config),
    }),
    messageBytes: () => current.config.relay.inbound.messageBytes,
  })
}

/** As the mailer delivers: whether it plays what becomes of them cannot change while it runs. */
function testOf({ current, capture }: RelayContext): (domain: string) => boolean {
  if (capture !== undefined) return () => true
  return current.config.options.delivery.testAddresses ? isTestDomain : () => false
}

function openSubmitter(context: RelayContext, baselines: VolumeBaselines, postmaster: Postmaster): Submitter {
  const { current, clock, logger, mailer } = context
  return new Submitter({
    isTest: testOf(context),
    mailer,
    hostname: current.config.options.hostname,
    clock,
    logger,
    baselines: baselines,
    onSpike: (account, spike) => postmaster.held(account, spike),
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
