/**
 * The table: who is known, by the names of its mail hosts, and what it bears.
 *
 * Policy. The recipient domain says nothing: thousands of domains are hosted by each of these. Figures are where a site
 * begins; its window lowers them when the provider complains. Where nobody publishes figures, the row begins low.
 *
 * Not here: what their replies mean (outcome/rules), what they demand of a sender (preflight/checks/providers.ts).
 */
import type { Provider, ProviderId } from './provider.ts'

const SHAPING = 'public MTA traffic-shaping data, 2026-11'
const OWN = 'published by the provider; public MTA traffic-shaping data, 2026-11'
const OLD = 'adaptive delivery rules of Momentum, 2020-03: proportions kept, rates not'
const LOW = 'no figures are published, 2026-11: begun low'
const NONE = 'known for its replies alone'

interface Row {
  /** With spaces between. */
  readonly hosts: string
  readonly site?: true
  /** Connections at once, and messages in each. */
  readonly bears?: readonly [connections: number, messages: number]
  readonly tls?: true
  /** It says that it refuses addresses without a confirmed reverse name. */
  readonly ptr?: true
  readonly source: string
}

const ROWS: Readonly<Record<ProviderId, Row>> = {
  google: { hosts: 'google.com googlemail.com smtp.goog', bears: [5, 50], tls: true, ptr: true, source: OWN },
  outlook: { hosts: 'olc.protection.outlook.com hotmail.com', bears: [5, 50], ptr: true, source: OWN },
  // One front for all tenants: each has a host of its own, whose name its certificate must bear, and all share the limits.
  microsoft365: {
    hosts: 'mail.protection.outlook.com mx.microsoft mail.eo.outlook.com',
    bears: [5, 50],
    ptr: true,
    source: SHAPING,
  },
  yahoo: { hosts: 'yahoodns.net', bears: [5, 20], ptr: true, source: OWN },
  'yahoo-jp': { hosts: 'mail.yahoo.co.jp', bears: [2, 20], source: SHAPING },
  apple: { hosts: 'icloud.com me.com', bears: [10, 5], ptr: true, source: SHAPING },
  comcast: { hosts: 'comcast.net', bears: [25, 1000], tls: true, source: OWN },
  gmx: { hosts: 'gmx.net gmx.com gmx.de web.de', bears: [4, 20], tls: true, ptr: true, source: OWN },
  'mail-com': { hosts: 'mail.com', bears: [4, 100], source: OWN },
  ionos: { hosts: 'kundenserver.de 1and1.com ionos.com', site: true, source: NONE },
  't-online': { hosts: 't-online.de', bears: [4, 20], ptr: true, source: LOW },
  orange: { hosts: 'orange.fr wanadoo.fr', bears: [2, 100], source: OWN },
  laposte: { hosts: 'laposte.net', bears: [2, 100], source: LOW },
  sfr: { hosts: 'sfr.fr', bears: [2, 50], source: LOW },
  free: { hosts: 'free.fr proxad.net', bears: [2, 50], source: OLD },
  mailru: { hosts: 'mail.ru', bears: [10, 20], source: OLD },
  yandex: { hosts: 'yandex.ru yandex.net', bears: [5, 20], source: LOW },
  wp: { hosts: 'wp.pl', bears: [5, 20], source: OLD },
  onet: { hosts: 'onet.pl', bears: [5, 20], source: OLD },
  interia: { hosts: 'interia.pl', bears: [5, 20], source: OLD },
  seznam: { hosts: 'seznam.cz', bears: [5, 20], source: LOW },
  libero: { hosts: 'libero.it', bears: [5, 10], source: OLD },
  kpn: { hosts: 'kpnmail.nl', bears: [10, 10], tls: true, source: SHAPING },
  qq: { hosts: 'qq.com foxmail.com', bears: [4, 8], tls: true, source: SHAPING },
  // Tencent’s business mail counts apart from QQ Mail.
  exmail: { hosts: 'mxbiz1.qq.com mxbiz2.qq.com exmail.qq.com', bears: [4, 8], tls: true, source: SHAPING },
  netease: { hosts: 'netease.com 163.com 126.com yeah.net 188.com', bears: [4, 7], source: OWN },
  sina: { hosts: 'sina.com.cn sina.cn', bears: [4, 3], source: OLD },
  sohu: { hosts: 'sohu.com', bears: [4, 3], source: OLD },
  '21cn': { hosts: '21cn.com', bears: [4, 3], source: OLD },
  tom: { hosts: 'tom.com', bears: [4, 3], source: OLD },
  aliyun: { hosts: 'mxhichina.com aliyun.com', bears: [4, 10], source: LOW },
  netvigator: { hosts: 'netvigator.com', bears: [5, 10], tls: true, source: SHAPING },
  naver: { hosts: 'naver.com', bears: [5, 20], source: LOW },
  daum: { hosts: 'hanmail.net daum.net', bears: [5, 20], source: LOW },
  hinet: { hosts: 'hinet.net', bears: [5, 20], source: LOW },
  docomo: { hosts: 'docomo.ne.jp', site: true, source: NONE },
  kddi: { hosts: 'ezweb.ne.jp au.com uqmobile.jp', site: true, source: NONE },
  uol: { hosts: 'uol.com.br', bears: [5, 20], source: LOW },
  bol: { hosts: 'bol.com.br', bears: [5, 20], source: LOW },
  terra: { hosts: 'terra.com terra.com.br', bears: [5, 20], source: LOW },
  telstra: { hosts: 'bigpond.com', bears: [5, 10], source: OLD },
  secureserver: { hosts: 'secureserver.net', site: true, source: NONE },
  mimecast: {
    hosts: 'mimecast.com mimecast.co.za mimecast-offshore.com',
    site: true,
    bears: [10, 100],
    source: OWN,
  },
  barracuda: { hosts: 'barracudanetworks.com', bears: [10, 15], tls: true, source: SHAPING },
  // Filters in front of others: each customer sets limits of its own.
  proofpoint: { hosts: 'pphosted.com ppe-hosted.com', site: true, bears: [5, 20], source: LOW },
  ironport: { hosts: 'iphmx.com', site: true, bears: [5, 20], source: LOW },
  messagelabs: { hosts: 'messagelabs.com', site: true, bears: [5, 20], source: LOW },
}

/** Where practitioners begin with those that are known to count; with the others a little bolder. */
const FIRST_DAY = 300
const FIRST_DAYS: Partial<Readonly<Record<ProviderId, number>>> = {
  ...Object.fromEntries(
    (['google', 'outlook', 'microsoft365', 'yahoo', 'apple', 't-online', 'orange', 'gmx'] as const).map(id => [
      id,
      150,
    ]),
  ),
  qq: 100,
  exmail: 100,
  netease: 100,
}

export const PROVIDERS: readonly Provider[] = Object.entries(ROWS).map(
  ([id, { hosts, site, bears, tls, ptr, source }]) => ({
    id: id as ProviderId,
    hosts: hosts.split(' '),
    group: site ? 'site' : 'provider',
    limits: bears === undefined ? {} : { connections: bears[0], messagesPerConnection: bears[1] },
    ...(tls && { tls: 'encrypted' }),
    ...(ptr && { reverseName: true }),
    ...(!site && { firstDay: FIRST_DAYS[id as ProviderId] ?? FIRST_DAY }),
    source,
  }),
)
