/**
 * Volume: what became of mail in the last day, week or month: over time, in sum, and by mail site. Each sum leads to its messages.
 */
import { now } from '../client/clock.ts'
import { linkTo } from '../client/place.ts'
import type { Routes } from '../client/routes.ts'
import { say } from '../language/say.ts'
import { Chart } from '../part/chart.tsx'
import { Figure } from '../part/figure.tsx'
import { useAnswer, useSettled } from '../part/hooks.ts'
import { Empty, Foreign, ProblemNote, Section, Waiting, Wide } from '../part/parts.tsx'
import { day, duration, hour, number } from '../part/written.ts'
import { useMemo } from '../view/view.ts'

type Stats = Routes['GET /v1/stats']['answer']
type Counts = Stats['total']['counts']

const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS
const SPANS = {
  day: { lengthMs: DAY_MS, by: 'hour', stepMs: HOUR_MS, ago: '1d' },
  week: { lengthMs: 7 * DAY_MS, by: 'day', stepMs: DAY_MS, ago: '7d' },
  month: { lengthMs: 30 * DAY_MS, by: 'day', stepMs: DAY_MS, ago: '30d' },
} as const
type Span = keyof typeof SPANS

export function spanOf(query: URLSearchParams): Span {
  const given = query.get('span') ?? ''
  return Object.hasOwn(SPANS, given) ? (given as Span) : 'day'
}

export function Volume({ span }: { readonly span: Span }) {
  const { by, lengthMs, stepMs } = SPANS[span]
  // Asked for whole hours, so that it is the same question for a while.
  const to = useMemo(() => Math.ceil(now() / HOUR_MS) * HOUR_MS, [span])
  const from = Math.floor((to - lengthMs) / stepMs) * stepMs + (by === 'day' ? stepMs : 0)
  const overTime = useAnswer('GET /v1/stats', { query: { by, from, to } })
  const bySite = useAnswer('GET /v1/stats', { query: { by: 'site', from, to, limit: 12 } })
  useSettled(() => {
    overTime.again()
    bySite.again()
  })
  const { value, problem } = overTime
  return (
    <>
      <Section title={say('volume.title')} tools={<SpanSwitch span={span} />}>
        {problem !== undefined && <ProblemNote problem={problem} again={overTime.again} />}
        <Totals counts={value?.total.counts} median={value?.total.latency?.p50Ms} span={span} />
        {value === undefined && problem === undefined && <Waiting rows={4} />}
        {value !== undefined && <OverTime stats={value} span={span} from={from} to={to} />}
      </Section>
      <Section title={say('sites.title')} note={say('sites.note')}>
        {bySite.value === undefined && bySite.problem === undefined && <Waiting rows={3} />}
        {bySite.value?.rows.length === 0 && <Empty>{say('sites.none')}</Empty>}
        {bySite.value !== undefined && bySite.value.rows.length > 0 && (
          <Sites rows={bySite.value.rows.filter(isTold)} />
        )}
      </Section>
    </>
  )
}

function SpanSwitch({ span }: { readonly span: Span }) {
  return (
    <nav class="chips" aria-label={say('span.label')}>
      {(Object.keys(SPANS) as Span[]).map(each => (
        <a
          key={each}
          href={linkTo([], { span: each === 'day' ? undefined : each })}
          aria-current={each === span ? 'true' : undefined}
        >
          {say(`span.${each}`)}
        </a>
      ))}
    </nav>
  )
}

interface TotalsProps {
  readonly counts: Counts | undefined
  readonly median: number | undefined
  readonly span: Span
}

function Totals({ counts, median, span }: TotalsProps) {
  const since = `after:${SPANS[span].ago}`
  const shown = (count: number | undefined) => (count === undefined ? '–' : number(count))
  const list = (state?: string): string => linkTo(['messages'], { q: state ? `status:${state} ${since}` : since })
  const refused = counts && counts.bounced + counts.expired
  return (
    <div class="figures">
      <Figure name={say('volume.accepted')} value={shown(counts?.accepted)} href={list()} />
      <Figure name={say('volume.delivered')} value={shown(counts?.delivered)} href={list('delivered')} />
      <Figure
        name={say('volume.deferred')}
        value={shown(counts?.deferred)}
        href={list('deferred')}
        tone={counts?.deferred ? 'wait' : ''}
      />
      <Figure name={say('volume.bounced')} value={shown(refused)} href={list('bounced')} tone={refused ? 'bad' : ''} />
      <Figure
        name={say('volume.complained')}
        value={shown(counts?.complained)}
        href={linkTo(['suppressions'], { origin: 'complaint' })}
        tone={counts?.complained ? 'bad' : ''}
      />
      <Figure
        name={say('volume.median')}
        value={median === undefined ? '–' : duration(median)}
        href={list('delivered')}
      />
    </div>
  )
}

function OverTime({
  stats,
  span,
  from,
  to,
}: {
  readonly stats: Stats
  readonly span: Span
  readonly from: number
  readonly to: number
}) {
  const { stepMs } = SPANS[span]
  const moments = Array.from({ length: Math.max(1, Math.ceil((to - from) / stepMs)) }, (_, at) => from + at * stepMs)
  const rows = new Map(stats.rows.map(({ at = 0, counts }) => [at, counts]))
  const values = (of: (counts: Counts) => number): readonly number[] =>
    moments.map(at => {
      const counts = rows.get(at)
      return counts === undefined ? 0 : of(counts)
    })
  const { counts } = stats.total
  return (
    <Chart
      title={say('volume.title')}
      says={say('volume.says', {
        delivered: number(counts.delivered),
        deferred: number(counts.deferred),
        bounced: number(counts.bounced + counts.expired),
        complained: number(counts.complained),
      })}
      firstColumn={say('volume.time')}
      labels={moments.map(span === 'day' ? hour : day)}
      written={number}
      series={[
        { name: say('volume.delivered'), tone: 'good', values: values(({ delivered }) => delivered) },
        { name: say('volume.deferred'), tone: 'wait', values: values(({ deferred }) => deferred) },
        { name: say('volume.bounced'), tone: 'bad', values: values(({ bounced, expired }) => bounced + expired) },
        { name: say('volume.complained'), tone: 'held', values: values(({ complained }) => complained) },
      ]}
    />
  )
}

/** What was only accepted yet has no site. */
function isTold({ site, counts }: Stats['rows'][number]): boolean {
  const { accepted: _, ...outcomes } = counts
  return site !== 'none' || Object.values(outcomes).some(count => count > 0)
}

function Sites({ rows }: { readonly rows: Stats['rows'] }) {
  const columns = ['delivered', 'deferred', 'bounced', 'complained'] as const
  return (
    <Wide label={say('sites.title')}>
      <table>
        <thead>
          <tr>
            <th scope="col">{say('sites.site')}</th>
            {columns.map(column => (
              <th key={column} scope="col" class="number">
                {say(`volume.${column}`)}
              </th>
            ))}
            <th scope="col" class="number">
              {say('sites.p50')}
            </th>
            <th scope="col" class="number">
              {say('sites.p95')}
            </th>
          </tr>
        </thead>
        <tbody>
          {rows.map(({ site = '', counts, latency }) => (
            <tr key={site}>
              <th scope="row">
                <Foreign>{nameOf(site)}</Foreign>
              </th>
              {columns.map(column => (
                <td key={column} class={`number ${counts[column] > 0 && column !== 'delivered' ? column : ''}`}>
                  {number(counts[column])}
                </td>
              ))}
              <td class="number">{latency === undefined ? '–' : duration(latency.p50Ms)}</td>
              <td class="number">{latency === undefined ? '–' : duration(latency.p95Ms)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </Wide>
  )
}

function nameOf(site: string): string {
  return site === 'none' ? say('sites.none-found') : site === 'other' ? say('sites.other') : site
}
