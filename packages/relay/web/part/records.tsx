/**
 * Records: what to publish in the DNS, to be copied one by one or as lines of a zone file; and whether it stands there.
 */
import { type DnsRecord, zoneOf } from '../client/dns-record.ts'
import { say } from '../language/say.ts'
import { CopyButton, Foreign, Mark, Section, type Tone, Wide } from './parts.tsx'

const STATUSES = { published: 'good', missing: 'bad', different: 'wait', unknown: 'held' } as const satisfies Record<
  NonNullable<DnsRecord['status']>,
  Tone
>

interface RecordsProps {
  readonly title: string
  readonly records: readonly DnsRecord[]
}

export function Records({ title, records }: RecordsProps) {
  const hasStatus = records.some(({ status }) => status !== undefined)
  return (
    <Section
      title={title}
      note={say('doctor.records.note')}
      tools={
        <CopyButton text={zoneOf(records)} label={say('doctor.records.copy-all')}>
          {say('doctor.records.copy-all')}
        </CopyButton>
      }
    >
      <Wide label={title}>
        <table>
          <thead>
            <tr>
              {hasStatus && <th scope="col">{say('domains.status')}</th>}
              <th scope="col">{say('doctor.records.name')}</th>
              <th scope="col">{say('doctor.records.type')}</th>
              <th scope="col">{say('doctor.records.value')}</th>
            </tr>
          </thead>
          <tbody>
            {records.map(record => (
              <Row key={`${record.name} ${record.type} ${record.value}`} record={record} />
            ))}
          </tbody>
        </table>
      </Wide>
    </Section>
  )
}

function Row({ record: { name, type, value, status, found = [] } }: { readonly record: DnsRecord }) {
  const others = status === 'different' ? found : []
  return (
    <tr>
      {status !== undefined && (
        <td>
          <Mark tone={STATUSES[status]}>{say(`domains.status.${status}`)}</Mark>
        </td>
      )}
      <th scope="row">
        <code>{name}</code> <CopyButton text={name} label={say('doctor.records.name.copy', { name })} />
      </th>
      <td>{type}</td>
      <td class="value">
        <code>{value}</code> <CopyButton text={bare(value)} label={say('doctor.records.copy', { name })} />
        {others.map(text => (
          <p key={text} class="note">
            <Foreign>{say('domains.stands', { text })}</Foreign>
          </p>
        ))}
      </td>
    </tr>
  )
}

/** As the field of a panel wants it: a text without its quotes. */
function bare(value: string): string {
  return value.startsWith('"') ? value.replace(/"\s+"/g, '').replace(/^"|"$/g, '') : value
}
