/**
 * Compatibility: which programs for mail do not show what a message's html and styles ask for, in which lines, by caniemail's data.
 *
 * Policy. Only what stands in the message is looked at, and what somebody lacks is told: what nobody lacks, or nobody tried, is not. What
 * most lack comes first. The data is loaded by who asks.
 *
 * Not here: the data and its licence (clients.json, licenses/caniemail.txt), which is made by `npm run compatibility`.
 */
import { MOST_HTML, usedFeatures } from './used-features.ts'

/** Where a program runs. */
export const PLATFORMS = [
  'desktop-webmail',
  'mobile-webmail',
  'ios',
  'android',
  'macos',
  'windows',
  'windows-mail',
  'outlook-com',
] as const

export interface MailProgram {
  readonly name: string
  readonly platform: (typeof PLATFORMS)[number]
}

/** A feature that somebody lacks. */
export interface Lacking {
  /** As caniemail names it. */
  readonly feature: string
  readonly title: string
  /** Of the html, from 1: the first twenty. */
  readonly lines: readonly number[]
  readonly times: number
  readonly lackedBy: readonly MailProgram[]
  readonly partlyLackedBy: readonly MailProgram[]
}

export interface Compatibility {
  /** Where the data is from, and of which day it is. */
  readonly source: string
  readonly updated: string
  /** Of how many programs it tells. */
  readonly programs: number
  /** Features that were found, whoever has them. */
  readonly used: number
  readonly lacking: readonly Lacking[]
  /** It is longer than what was looked at. */
  readonly cut: boolean
}

interface Data {
  readonly source: string
  readonly updated: string
  readonly clients: readonly (readonly string[])[]
  readonly features: Readonly<Record<string, readonly string[]>>
}

export async function compatibilityOf(html: string): Promise<Compatibility> {
  const { default: loaded } = await import('./clients.json', { with: { type: 'json' } })
  const data: Data = loaded
  const programs = data.clients.map(([name = '', platform]) => ({
    name,
    platform: platform as MailProgram['platform'],
  }))
  const used = await usedFeatures(html, name => Object.hasOwn(data.features, name))
  const lacking = [...used].flatMap(([feature, { lines, times }]): readonly Lacking[] => {
    const [title = feature, standings = ''] = data.features[feature] ?? []
    const those = (standing: string): readonly MailProgram[] => programs.filter((_, at) => standings[at] === standing)
    const [lackedBy, partlyLackedBy] = [those('n'), those('a')]
    if (lackedBy.length + partlyLackedBy.length === 0) return []
    return [{ feature, title, lines, times, lackedBy, partlyLackedBy }]
  })
  return {
    source: data.source,
    updated: data.updated,
    programs: programs.length,
    used: used.size,
    lacking: lacking.sort(
      (a, b) => b.lackedBy.length - a.lackedBy.length || b.partlyLackedBy.length - a.partlyLackedBy.length,
    ),
    cut: html.length > MOST_HTML,
  }
}
