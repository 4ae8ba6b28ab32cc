/**
 * Public: whether strangers reach `relay.public` under each of its names, with a certificate that they accept.
 *
 * Not here: asking (@postrider/relay), the policy of MTA-STS in the eyes of senders (core's preflight).
 */
import type { LookFromOutside } from '@postrider/relay'
import { say } from '../language/checkup.ts'
import { type Finding, finding, type Said } from './finding.ts'

/** A certificate that clients do not accept; what else goes wrong is the network's. */
const CERTIFICATE = /certificate|CERT_|SELF_SIGNED|ALTNAME/i

export function checkPublic(looks: readonly LookFromOutside[]): readonly Finding[] {
  const wanted = say('public.wanted')
  return looks.map(look => finding('public.answers', { ...judge(look), wanted }))
}

function judge(look: LookFromOutside): Omit<Said, 'wanted'> {
  const { root } = look
  if (look.kind === 'ours') return { level: 'ok', found: say('public.found', { root }) }
  if (look.kind === 'other')
    return {
      level: 'fail',
      found: say('public.found.other', { root, status: look.status }),
      fix: say('public.fix.other'),
    }
  const isCertificate = CERTIFICATE.test(look.code) || CERTIFICATE.test(look.message)
  return {
    level: 'fail',
    found: say('public.found.silent', { root, why: look.message }),
    fix: say(isCertificate ? 'public.fix.certificate' : 'public.fix.silent'),
  }
}
