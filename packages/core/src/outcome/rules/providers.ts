/**
 * Providers: whose mail host speaks, by the suffix of the host name of the hop. The recipient domain says nothing: thousands
 * of domains are hosted by each of these.
 *
 * Not here: what a provider bears (route/providers.ts).
 */

/** Longer suffixes are not preferred: no suffix here ends in another one of another provider. */
export type Provider =
  | 'google'
  | 'yahoo'
  | 'outlook'
  | 'microsoft365'
  | 'apple'
  | 'qq'
  | 'netease'
  | 'orange'
  | 'free'
  | 'laposte'
  | 'comcast'
  | 'gmx'
  | 'docomo'
  | 'kddi'
  | 'secureserver'
  | 'mimecast'
  | 't-online'
  | 'sfr'
  | 'wp'
  | 'yahoo-jp'

const SUFFIXES: Readonly<Record<Provider, readonly string[]>> = {
  google: ['google.com', 'googlemail.com'],
  yahoo: ['yahoodns.net'],
  outlook: ['olc.protection.outlook.com', 'hotmail.com'],
  microsoft365: ['mail.protection.outlook.com', 'mx.microsoft', 'mail.eo.outlook.com'],
  apple: ['icloud.com', 'me.com'],
  qq: ['qq.com', 'exmail.qq.com', 'foxmail.com'],
  netease: ['netease.com', '163.com', '126.com', 'yeah.net', '188.com'],
  orange: ['orange.fr', 'wanadoo.fr'],
  free: ['free.fr', 'proxad.net'],
  laposte: ['laposte.net'],
  comcast: ['comcast.net'],
  gmx: ['gmx.net', 'gmx.com', 'gmx.de', 'web.de', 'mail.com', 'kundenserver.de', '1and1.com', 'ionos.com'],
  docomo: ['docomo.ne.jp'],
  kddi: ['ezweb.ne.jp', 'au.com', 'uqmobile.jp'],
  secureserver: ['secureserver.net'],
  't-online': ['t-online.de'],
  sfr: ['sfr.fr'],
  wp: ['wp.pl'],
  'yahoo-jp': ['mail.yahoo.co.jp'],
  mimecast: ['mimecast.com', 'mimecast.co.za', 'mimecast-offshore.com'],
}

const BY_SUFFIX: ReadonlyMap<string, Provider> = new Map(
  Object.entries(SUFFIXES).flatMap(([provider, suffixes]) =>
    suffixes.map((suffix): [string, Provider] => [suffix, provider as Provider]),
  ),
)

/** The provider that a mail host belongs to, or undefined. `gmail-smtp-in.l.google.com` is Google's. */
export function providerOf(host: string): Provider | undefined {
  const name = host.toLowerCase()
  for (let at = 0; at >= 0; at = name.indexOf('.', at) + 1 || -1) {
    const provider = BY_SUFFIX.get(name.slice(at))
    if (provider !== undefined) return provider
  }
  return undefined
}
