/**
 * Entry "./testing": the fakes, for authors of apps that send mail with this package.
 */
export { type Certificate, type CertificateOptions, makeAuthority, makeCertificate } from './testing/certificate.ts'
export { type DnsServer, type DnsServerOptions, startDnsServer } from './testing/dns-server.ts'
export { FakeClock } from './testing/fake-clock.ts'
export { createFakeDns, type FakeDns, type FakeDnsOptions } from './testing/fake-dns.ts'
export { type FakeMx, startFakeMx } from './testing/fake-mx.ts'
export type { FakeMxOptions, ReceivedMessage } from './testing/fake-mx-options.ts'
export { type FeedbackReportOptions, feedbackReport } from './testing/feedback-report.ts'
export {
  type Inbox,
  type InboxMessage,
  type InboxQuery,
  type InboxScenario,
  inbox,
  openInbox,
} from './testing/inbox.ts'
export type { SimulatedProvider } from './testing/simulator/behaviour.ts'
export type { Hidden } from './testing/simulator/judge.ts'
export { simulateProvider } from './testing/simulator/simulate-provider.ts'
export type {
  ProviderSimulator,
  SimulatedAnswer,
  SimulatedComplaint,
  SimulatorCounts,
  SimulatorOptions,
} from './testing/simulator/simulator-options.ts'
export { TEST_RANGES } from './testing/test-ranges.ts'
export type { DnsFault, NameLiteral, ZoneLiteral } from './testing/zone.ts'
