/**
 * Spam: what the receiver's filter noted in the header, in words.
 *
 * Policy. A table of the notes that large receivers and common filters leave; each says what counts as spam there. A filter
 * that leaves no note is not guessed at.
 */
import { say, spamCategory } from '../language/received.ts'
import type { Field } from './headers.ts'

export interface SpamNote {
  readonly filter: string
  readonly spam: boolean
  readonly text: string
}

interface Filter {
  readonly field: string
  readonly filter: string
  /** What it says, or nothing when the field does not tell. */
  readonly read: (value: string) => { readonly spam: boolean; readonly text: string } | undefined
}

const FILTERS: readonly Filter[] = [
  // https://learn.microsoft.com/defender-office-365/message-headers-eop-mdo
  {
    field: 'x-forefront-antispam-report',
    filter: 'Microsoft',
    read: value => {
      const tag = (name: string): string | undefined => new RegExp(`(?:^|;)${name}:([^;]*)`).exec(value)?.[1]
      const scl = Number(tag('SCL') ?? Number.NaN)
      const category = tag('CAT')
      if (Number.isNaN(scl) && category === undefined) return undefined
      const spam = scl >= 5 || (category !== undefined && category !== 'NONE')
      const level = Number.isNaN(scl) ? say('spam.no-level') : scl
      if (category === undefined) return { spam, text: say('spam.level', { level }) }
      const meaning = spamCategory(category) ?? say('spam.other-category')
      return { spam, text: say('spam.level-and-category', { level, category, meaning }) }
    },
  },
  {
    field: 'x-ms-exchange-organization-scl',
    filter: 'Microsoft',
    read: value => ({ spam: Number(value) >= 5, text: say('spam.level', { level: value }) }),
  },
  // https://spamassassin.apache.org/full/4.0.x/doc/Mail_SpamAssassin_Conf.html
  {
    field: 'x-spam-status',
    filter: 'SpamAssassin or alike',
    read: value => ({ spam: /^yes/i.test(value), text: value.replace(/\s+/g, ' ') }),
  },
  { field: 'x-spam-flag', filter: 'the spam filter', read: value => ({ spam: /^yes/i.test(value), text: value }) },
  // https://docs.rspamd.com/modules/milter_headers/
  {
    field: 'x-rspamd-action',
    filter: 'Rspamd',
    read: value => ({ spam: !/^no action/i.test(value), text: value }),
  },
  { field: 'x-spamd-bar', filter: 'Rspamd', read: value => ({ spam: /^\+{6}/.test(value), text: value }) },
  {
    field: 'x-spamd-result',
    filter: 'Rspamd',
    read: value => ({ spam: /default: True/i.test(value), text: value.replace(/\s+/g, ' ').slice(0, 300) }),
  },
  // Labels of an exported mailbox
  {
    field: 'x-gmail-labels',
    filter: 'Gmail',
    read: value => ({ spam: /\bspam\b/i.test(value), text: `labels ${value}` }),
  },
  // https://support.apple.com/102322 names the folder, and the header of it is seen in mail of iCloud
  {
    field: 'x-apple-movetofolder',
    filter: 'iCloud',
    read: value => ({ spam: /junk/i.test(value), text: say('spam.moved', { folder: value }) }),
  },
  {
    field: 'x-proofpoint-spam-details',
    filter: 'Proofpoint',
    read: value => ({ spam: /rule=\S*spam(?!_policy)/i.test(value) && !/rule=\S*notspam/i.test(value), text: value }),
  },
]

export function spamNotes(fields: readonly Field[]): readonly SpamNote[] {
  return fields.flatMap(({ name, value }) =>
    FILTERS.filter(({ field }) => field === name).flatMap(({ filter, read }) => {
      const said = read(value)
      return said === undefined ? [] : [{ filter, ...said }]
    }),
  )
}
