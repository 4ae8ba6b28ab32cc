/** Replies: a line as it came over the wire, as the evidence that one recipient got this answer from one host. */
import { requireAddress, requireDomain } from '../../packages/core/src/model/address.ts'
import { type Evidence, STAGES, type Stage } from '../../packages/core/src/model/evidence.ts'
import type { JobRecipient } from '../../packages/core/src/model/job.ts'
import type { EnhancedStatus, Reply } from '../../packages/core/src/model/reply.ts'
import type { Hop } from '../../packages/core/src/model/route.ts'

export const RECIPIENT: JobRecipient = { index: 0, address: requireAddress('joe@example.com', 'test') }

const LINE = /^(\d{3})[- ](?:([245])\.(\d{1,3})\.(\d{1,3})(?: |$))?(.*)$/

/** `550-5.1.1 No such\n550 5.1.1 user`, with the line end written as backslash and n. */
export function parseReply(text: string): Reply {
  const lines = text.split('\\n').map(line => LINE.exec(line))
  const first = lines[0]
  if (!first) throw new Error(`not a reply: ${text}`)
  const enhanced: EnhancedStatus | undefined = first[2]
    ? { class: Number(first[2]) as EnhancedStatus['class'], subject: Number(first[3]), detail: Number(first[4]) }
    : undefined
  return { code: Number(first[1]), ...(enhanced && { enhanced }), lines: lines.map(line => line?.[5] ?? '') }
}

function hopTo(host: string, address = '192.0.2.1'): Hop {
  const name = requireDomain(host, 'test')
  return {
    host: name,
    address,
    family: address.includes(':') ? 6 : 4,
    port: 25,
    preference: 10,
    tls: { level: 'opportunistic', sources: ['default'], sni: name },
    implicitTls: false,
    departure: { hostname: name },
    limits: { connections: 1, messagesPerConnection: 1, recipientsPerTransaction: 1 },
  }
}

export function evidenceOf(host: string, stage: string, reply: Reply): Evidence {
  if (!STAGES.includes(stage as Stage)) throw new Error(`no such stage: ${stage}`)
  return {
    kind: 'evidence',
    hop: hopTo(host),
    answers: [{ recipient: 0, stage: stage as Stage, reply }],
    sessionReused: false,
    tookMs: 1,
  }
}
