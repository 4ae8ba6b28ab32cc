/** Provider: somebody large who takes mail for many domains, and what is known of it. The words of this room. */
import type { SiteLimits, TlsLevel } from '../model/route.ts'

export interface Provider {
  readonly id: ProviderId
  /** Names of mail hosts: each is that host and all below it. */
  readonly hosts: readonly string[]
  /** `provider`: all its hosts are one mail site, whichever of them a domain names. `site`: each set of hosts is its own. */
  readonly group: 'provider' | 'site'
  /** Where a site begins and what it is never given more of, in connections at once and messages in each. */
  readonly limits: Partial<SiteLimits>
  /** It refuses or penalises plain text. */
  readonly tls?: Extract<TlsLevel, 'encrypted'>
  /** It refuses addresses whose reverse name does not lead back to them. */
  readonly reverseName?: true
  /** How many recipients a day it may be tried with by an address or a sender that is new to it. Absent: it counts nobody. */
  readonly firstDay?: number
  /** Where the row is from, and of what month. */
  readonly source: string
}

export const PROVIDER_IDS = [
  'google',
  'outlook',
  'microsoft365',
  'yahoo',
  'yahoo-jp',
  'apple',
  'comcast',
  'gmx',
  'mail-com',
  'ionos',
  't-online',
  'orange',
  'laposte',
  'sfr',
  'free',
  'mailru',
  'yandex',
  'wp',
  'onet',
  'interia',
  'seznam',
  'libero',
  'kpn',
  'qq',
  'exmail',
  'netease',
  'sina',
  'sohu',
  '21cn',
  'tom',
  'aliyun',
  'netvigator',
  'naver',
  'daum',
  'hinet',
  'docomo',
  'kddi',
  'uol',
  'bol',
  'terra',
  'telstra',
  'secureserver',
  'mimecast',
  'barracuda',
  'proofpoint',
  'ironport',
  'messagelabs',
] as const
export type ProviderId = (typeof PROVIDER_IDS)[number]

/** Those who carry mail for others after a login. */
export const SERVICE_IDS = [
  'ses',
  'postmark',
  'resend',
  'brevo',
  'sendgrid',
  'mailgun',
  'mailjet',
  'sparkpost',
  'aliyun',
  'tencent',
] as const
export type ServiceId = (typeof SERVICE_IDS)[number]
