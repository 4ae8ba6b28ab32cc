/**
 * Chart: bars over time, one colour each kind, and the same as a table behind it.
 *
 * Policy. The picture is told in one sentence to who does not see it, and every number of it stands in the table. Colours are those of the
 * style, so that they fit a dark page; kinds also differ by their order and their legend.
 */
import { say } from '../language/say.ts'
import { Wide } from './parts.tsx'

export interface Series {
  readonly name: string
  readonly tone: 'good' | 'wait' | 'bad' | 'held' | 'plain'
  readonly values: readonly number[]
}

interface ChartProps {
  readonly title: string
  /** What it shows, in one sentence. */
  readonly says: string
  readonly labels: readonly string[]
  readonly series: readonly Series[]
  readonly written: (value: number) => string
  readonly firstColumn: string
}

const HEIGHT = 100

export function Chart(props: ChartProps) {
  return (
    <figure class="chart">
      <Legend series={props.series} />
      <Bars {...props} />
      <details>
        <summary>{say('chart.table')}</summary>
        <Numbers {...props} />
      </details>
    </figure>
  )
}

function Legend({ series }: Pick<ChartProps, 'series'>) {
  return (
    <ul class="legend" aria-hidden="true">
      {series.map(({ name, tone }) => (
        <li key={name} class={tone}>
          {name}
        </li>
      ))}
    </ul>
  )
}

function Bars({ says, labels, series, written }: ChartProps) {
  const totals = labels.map((_, at) => series.reduce((sum, { values }) => sum + (values[at] ?? 0), 0))
  const top = roundUp(Math.max(1, ...totals))
  const y = (value: number): number => HEIGHT * (1 - value / top)
  const middle = labels[Math.floor(labels.length / 2)]
  return (
    <div class="plot">
      <div class="axis" aria-hidden="true">
        {[top, top / 2, 0].map(value => (
          <span key={value}>{written(value)}</span>
        ))}
      </div>
      <svg viewBox={`0 0 ${labels.length} ${HEIGHT}`} role="img" aria-label={says} preserveAspectRatio="none">
        {[0, top / 2, top].map(value => (
          <line key={value} x1={0} x2={labels.length} y1={y(value)} y2={y(value)} />
        ))}
        {labels.flatMap((label, at) =>
          stacked(series, at).map(({ tone, from, to }) => (
            <rect key={`${label} ${tone}`} class={tone} x={at + 0.12} width={0.76} y={y(to)} height={y(from) - y(to)} />
          )),
        )}
      </svg>
      <div class="days" aria-hidden="true">
        <span>{labels[0]}</span>
        <span>{middle}</span>
        <span>{labels.at(-1)}</span>
      </div>
    </div>
  )
}

function stacked(series: readonly Series[], at: number) {
  let from = 0
  return series.flatMap(({ tone, values }) => {
    const value = values[at] ?? 0
    if (value === 0) return []
    const part = { tone, from, to: from + value }
    from += value
    return [part]
  })
}

function Numbers({ title, labels, series, written, firstColumn }: ChartProps) {
  return (
    <Wide label={title}>
      <table>
        <caption class="unseen">{title}</caption>
        <thead>
          <tr>
            <th scope="col">{firstColumn}</th>
            {series.map(({ name }) => (
              <th key={name} scope="col" class="number">
                {name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {labels.map((label, at) => (
            <tr key={label}>
              <th scope="row">{label}</th>
              {series.map(({ name, values }) => (
                <td key={name} class="number">
                  {written(values[at] ?? 0)}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </Wide>
  )
}

/** 1, 2, 4, 6, 8, 10, 20 …: its half is a whole number too, or 1. */
function roundUp(value: number): number {
  const power = 10 ** Math.floor(Math.log10(value))
  const [step = 10] = [1, 2, 4, 6, 8, 10].filter(each => each * power >= value)
  return step * power
}
