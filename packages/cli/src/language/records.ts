/** Records: what is said beside the DNS records to publish: what each is for, and what else there is to do. */
import { type Say, speaker } from '@postrider/core/language'

export const RECORDS = {
  'file.serve': 'serve at {url}:\n{text}',
  'records.comment': 'mail of {domain} from {hostname}',
  'records.place.alias': '{why}; at {name}, because {alias} is an alias (CNAME) and can have no record of its own',
  'dmarc.when.first': 'at first',
  'dmarc.when.quarantine': 'when two weeks of reports show no mail of yours failing',
  'dmarc.when.reject': 'when a further month of reports shows no mail of yours failing',
  'record.host': 'the name that this host says in EHLO',
  'record.ptr': 'the name of {address}',
  'record.spf': 'SPF: which hosts may send for the domain',
  'record.helo-spf': 'SPF of the EHLO name, which is judged when a notice has no sender',
  'record.dkim': 'DKIM: the public half of the key that signs',
  'record.dmarc': 'DMARC: what receivers do with mail that is not yours, and where they report',
  'record.consent': 'the consent of {target} to take the reports',
  'record.mx': 'MX: where replies and bounces go',
  'record.return-mx': 'MX of the return addresses: this host takes the bounces, complaints and unsubscribing mails',
  'record.return-spf': 'SPF of the return addresses: they are the MAIL FROM of this mail',
  'record.mta-sts':
    'MTA-STS: others deliver to the domain over verified TLS; needs the file below, on a web server {host}',
  'record.mta-sts.given':
    'MTA-STS: others deliver to the domain over verified TLS; this relay gives the policy under {host} (relay.public)',
  'record.mta-sts-host':
    'the name under which this relay gives the policy of MTA-STS; its certificate has to hold for it, too',
  'record.tlsrpt': 'TLS reports: others tell when they cannot deliver securely',
  'advice.no-address':
    'the public address of this host is not known: give it with --address, or set egress.publicAddresses',
  'advice.no-mx':
    '{domain} has no MX: replies and bounces cannot come back. Name the host that takes its mail: --mx HOST',
  'advice.ptr': 'PTR records are set by the provider of the address (often under "reverse DNS"): ask for {hostname}',
  'advice.bimi-later': 'BIMI (a logo beside the mail) needs DMARC at quarantine or reject: see this again then',
  'advice.bimi':
    'BIMI: with a logo as SVG Tiny PS (Gmail and Apple also want a VMC or CMC): default._bimi.{domain}. IN TXT "v=BIMI1; l=https://{domain}/logo.svg; a="',
  'zone.by-provider': 'set by the provider of the address, not in this zone',
  'zone.other-domain': 'belongs in the zone of the other domain',
  'zone.in-place-of': 'in place of: {old}',
  'zone.unknown': 'what is published there now is not known: run this again before you publish',
  'terraform.route53':
    '# for the provider hashicorp/aws (Route 53); for Cloudflare: postrider dns --format terraform-cloudflare',
  'terraform.cloudflare':
    '# for the provider cloudflare/cloudflare, 5 or later; for Route 53: postrider dns --format terraform-route53',
  'form.set-by': 'set by',
  'form.set-by-provider': 'the provider of the address',
  'form.name': 'name',
  'form.type': 'type',
  'form.priority': 'priority',
  'form.value': 'value',
  'form.ttl': 'TTL',
  'form.replaces': 'replaces',
  'form.dmarc-later': 'DMARC, {when}: {value}',
  'zone.dmarc-later': 'DMARC, {when}:',
  'record.title': '{why} [{state}]',
  'record.title-optional': '{why} (optional) [{state}]',
  'record.state.published': 'published',
  'record.state.missing': 'missing',
  'record.state.different': 'different',
  'record.state.unknown': 'unknown',
} as const

export const say: Say<typeof RECORDS> = speaker(RECORDS)

/** Why a record is wanted, and how it stands. */
export function recordTitle({
  why,
  optional,
  state,
}: {
  readonly why: string
  readonly optional: boolean
  readonly state: 'published' | 'missing' | 'different' | 'unknown'
}): string {
  const status = say(`record.state.${state}`)
  return say(optional ? 'record.title-optional' : 'record.title', { why, state: status })
}
