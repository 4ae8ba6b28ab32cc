/**
 * Prometheus: the metrics of core and relay, kept and written in the Prometheus text format 0.0.4.
 *
 * Policy. A series exists from the first time it is used; labels come from closed lists, so their number is bounded.
 *
 * Not here: which metrics there are (core: observe/metrics.ts; listener/submission-policy.ts), serving them (routes.ts).
 */
import type { Counter, Histogram, Metrics } from '@postrider/core'

type Labels = Readonly<Record<string, string>>
type Description = Parameters<Metrics['counter']>[0]
type Gauge = ReturnType<Metrics['gauge']>

interface Family {
  readonly description: Description
  readonly type: 'counter' | 'gauge' | 'histogram'
  readonly series: Map<string, Series>
}

interface Series {
  readonly labels: Labels
  value: number
  /** Of a histogram: how many fell into each bucket, the last one without bound. */
  readonly buckets?: number[]
  count: number
}

export class Prometheus implements Metrics {
  readonly #families = new Map<string, Family>()

  counter(description: Description): Counter {
    const family = this.#family(description, 'counter')
    return {
      add: (value, labels = {}) => {
        seriesOf(family, labels).value += value
      },
    }
  }

  gauge(description: Description): Gauge {
    const family = this.#family(description, 'gauge')
    return {
      set: (value, labels = {}) => {
        seriesOf(family, labels).value = value
      },
    }
  }

  histogram(description: Description): Histogram {
    const family = this.#family(description, 'histogram')
    const bounds = description.buckets ?? []
    return {
      record: (value, labels = {}) => {
        const series = seriesOf(family, labels)
        series.value += value
        series.count++
        let at = 0
        while (at < bounds.length && value > bounds[at]!) at++
        series.buckets![at] = (series.buckets![at] ?? 0) + 1
      },
    }
  }

  /** Everything, as a scrape wants it. */
  text(): string {
    let text = ''
    for (const { description, type, series } of this.#families.values()) {
      text += `# HELP ${description.name} ${escapeHelp(description.help)}\n# TYPE ${description.name} ${type}\n`
      for (const one of series.values()) {
        text += type === 'histogram' ? histogramLines(description, one) : line(description.name, one.labels, one.value)
      }
    }
    return text
  }

  #family(description: Description, type: Family['type']): Family {
    let family = this.#families.get(description.name)
    if (family === undefined) {
      family = { description, type, series: new Map() }
      this.#families.set(description.name, family)
      // A counter that was never used is 0, not absent.
      if (description.labels.length === 0 && type !== 'histogram') seriesOf(family, {})
    }
    return family
  }
}

function seriesOf({ series, type, description }: Family, labels: Labels): Series {
  const key = description.labels.map(name => labels[name] ?? '').join('\0')
  let one = series.get(key)
  if (one === undefined) {
    const bounds = description.buckets?.length ?? 0
    one = {
      labels,
      value: 0,
      count: 0,
      ...(type === 'histogram' ? { buckets: Array<number>(bounds + 1).fill(0) } : {}),
    }
    series.set(key, one)
  }
  return one
}

function histogramLines(
  { name, buckets = [] }: Description,
  { labels, value, count, buckets: counts = [] }: Series,
): string {
  let text = ''
  let sum = 0
  for (const [at, bound] of buckets.entries()) {
    sum += counts[at] ?? 0
    text += line(`${name}_bucket`, { ...labels, le: String(bound) }, sum)
  }
  text += line(`${name}_bucket`, { ...labels, le: '+Inf' }, count)
  return `${text}${line(`${name}_sum`, labels, value)}${line(`${name}_count`, labels, count)}`
}

function line(name: string, labels: Labels, value: number): string {
  const pairs = Object.entries(labels).map(([label, text]) => `${label}="${escapeLabel(text)}"`)
  return `${name}${pairs.length > 0 ? `{${pairs.join(',')}}` : ''} ${value}\n`
}

function escapeLabel(text: string): string {
  return text.replace(/[\\"\n]/g, found => (found === '\n' ? '\\n' : `\\${found}`))
}

function escapeHelp(text: string): string {
  return text.replace(/[\\\n]/g, found => (found === '\n' ? '\\n' : '\\\\'))
}
