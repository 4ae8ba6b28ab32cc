/**
 * Renewal: certificates by ACME, where they are asked for, with the listener that answers the challenges.
 */
import { AcmeRenewal } from '../upkeep/acme-renewal.ts'
import type { Certificates } from '../upkeep/certificates.ts'
import type { RelayContext } from './context.ts'

/** Begun when it is started: what answers its challenges must listen before. */
export function openRenewal(
  { current: { config }, clock, logger, publicPart }: RelayContext,
  certificates: Certificates,
): Renewal | undefined {
  const { acme } = config.relay
  if (acme === undefined) return undefined
  const { answersChallenges, challenges } = publicPart
  const onNew = (): Promise<void> => certificates.reload()
  const answers = answersChallenges ? challenges : undefined
  const renewal = new AcmeRenewal({ config, acme, clock, logger, onNew, answers })
  if (!answersChallenges) renewal.start()
  return { start: () => (answersChallenges ? renewal.start() : undefined), close: () => renewal.close() }
}

export interface Renewal {
  start(): void
  close(): Promise<void>
}
