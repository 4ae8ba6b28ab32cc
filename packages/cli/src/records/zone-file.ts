/**
 * ZoneFile: records as lines of a zone file, written and read. RFC 1035 §5.1.
 *
 * Policy. What belongs into a zone of somebody else is a comment: a name server refuses a zone with strange names in it. Names are whole, with the final dot, so that a line means the same wherever it is pasted. What is read is what
 * is written here and what a check's `fix` says: one record a line, TXT strings joined.
 */
import { recordTitle, say } from '../language/records.ts'
import { type Plan, type PublishRecord, quotedStrings, type RecordText } from './record.ts'

const DEFAULT_TTL = 3600

export function zoneLine({ name, type, value }: RecordText, ttl: number = DEFAULT_TTL): string {
  return `${name}. ${ttl} IN ${type} ${zoneValue(type, value)}`
}

function zoneValue(type: RecordText['type'], value: string): string {
  if (type === 'TXT') return quotedStrings(value)
  return type === 'A' || type === 'AAAA' ? value : `${value.replace(/\.$/, '')}.`
}

/** A zone file with what to know about each record as comments. */
export function zoneFile({ records, dmarcStages, advice, policyFile }: Plan): string {
  const parts = records.map(record => {
    const line = zoneLine(record, record.ttl)
    return [...commentsOf(record), record.setBy === 'domain' && record.state !== 'unknown' ? line : comment(line)].join(
      '\n',
    )
  })
  const later = dmarcStages.map(
    stage => `${comment(say('zone.dmarc-later', { when: stage.when }))}\n; ${zoneLine(stage.record)}`,
  )
  const file =
    policyFile === undefined
      ? []
      : [comment(say('file.serve', { url: policyFile.url, text: policyFile.text.trimEnd() }))]
  return `${[...parts, ...later, ...file, ...advice.map(comment)].join('\n\n')}\n`
}

function commentsOf({ why, state, replaces, setBy, optional }: PublishRecord): string[] {
  const notes = [
    recordTitle({ why, optional, state }),
    ...(setBy === 'address-provider' ? [say('zone.by-provider')] : []),
    ...(setBy === 'other-domain' ? [say('zone.other-domain')] : []),
    ...replaces.map(old => say('zone.in-place-of', { old })),
    ...(state === 'unknown' ? [say('zone.unknown')] : []),
  ]
  return notes.map(comment)
}

function comment(text: string): string {
  return text.replace(/^/gm, '; ')
}

/** A fix may say that nothing else may stand there. */
const LINE = /^(?:publish only: )?(\S+)\.\s+(?:\d+\s+)?IN\s+(A|AAAA|MX|PTR|TXT)\s+(.+)$/

/** The records in a text: those lines that are records; anything else is left out. */
export function recordsIn(text: string): readonly RecordText[] {
  return text.split('\n').flatMap(line => {
    const [, name, type, data] = LINE.exec(line.trim()) ?? []
    // `<…>` stands for what only the owner of the domain can know.
    if (name === undefined || type === undefined || data === undefined || data.includes('<')) return []
    const value = type === 'TXT' ? joinStrings(data) : data.trim().replace(/\.$/, '')
    return [{ name: name.toLowerCase(), type: type as RecordText['type'], value }]
  })
}

function joinStrings(data: string): string {
  return [...data.matchAll(/"((?:[^"\\]|\\.)*)"/g)].map(([, part]) => part!.replace(/\\(.)/g, '$1')).join('')
}
