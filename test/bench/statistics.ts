/**
 * Statistics of few runs on a noisy machine: medians, spreads, and ratios pair by pair.
 */

export function median(values: readonly number[]): number {
  return quantile(values, 0.5)
}

/** Linear between the two nearest values; NaN of none. */
export function quantile(values: readonly number[], q: number): number {
  const sorted = [...values].sort((a, b) => a - b)
  const at = (sorted.length - 1) * q
  const below = sorted[Math.floor(at)] ?? Number.NaN
  const above = sorted[Math.ceil(at)] ?? Number.NaN
  return below + (above - below) * (at - Math.floor(at))
}

/** Half of the distance between the quartiles, as a part of the median. */
export function spread(values: readonly number[]): number {
  return (quantile(values, 0.75) - quantile(values, 0.25)) / 2 / median(values)
}

/** The median of ours divided by theirs, run by run, so that a slow minute of the machine counts on both sides. */
export function pairedRatio(ours: readonly number[], theirs: readonly number[]): number {
  return median(ours.slice(0, theirs.length).map((value, i) => value / (theirs[i] as number)))
}

/** Three significant digits. */
export function rounded(value: number): number {
  return Number(value.toPrecision(3))
}
