/**
 * Compatibility: what programs for mail do not show of a message, as routes answer it.
 */
import { type AnyShape, kinds as k } from '@postrider/core'
import { compatibilityOf, PLATFORMS } from '../compatibility/index.ts'
import { readHtml } from '../inbox/index.ts'
import { text } from './shapes.ts'

const PROGRAMS = k.array(k.strictObject({ name: k.string(), platform: k.enum(PLATFORMS) }))

export const COMPATIBILITY: AnyShape = k.strictObject({
  source: text('Where the data is from.'),
  updated: text('Of which day it is.'),
  programs: k.int().describe('Of how many it tells.'),
  used: k.int().describe('Features that were found, whoever has them.'),
  lacking: k
    .array(
      k.strictObject({
        feature: text('As caniemail names it.'),
        title: k.string(),
        lines: k.array(k.int()).describe('Of the html, from 1: the first twenty.'),
        times: k.int(),
        lackedBy: PROGRAMS,
        partlyLackedBy: PROGRAMS,
      }),
    )
    .describe('What somebody lacks, most first.'),
  cut: k.boolean().describe('Its html is longer than 1 MiB, and only so much was looked at.'),
})

export async function compatibility(raw: Buffer): Promise<object> {
  return compatibilityOf((await readHtml(raw)).html)
}
