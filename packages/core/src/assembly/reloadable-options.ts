/**
 * ReloadableOptions: what a mailer can take while it runs: the keys that sign, those of return addresses, the addresses that
 * mail leaves from, the fields that people answer by, and what one message may be.
 *
 * Policy. All of it or nothing: a key that cannot be used leaves the old ones in force. What cannot be taken is named, so that
 * nobody believes that it was.
 *
 * Not here: reading files (config/).
 */
import { isDeepStrictEqual } from 'node:util'
import type { ResolvedOptions } from '../config/index.ts'
import type { DkimKey } from '../model/dkim-key.ts'
import type { ReturnKeys } from '../report/index.ts'
import { loadDkimKey } from '../sign/index.ts'
import { returnKeysOf } from './return-keys.ts'

export interface ReloadableOptions {
  /** As they are now. */
  readonly options: ResolvedOptions
  readonly keys: readonly DkimKey[]
  /** Of return addresses. */
  readonly returnKeys: ReturnKeys | undefined
  /**
   * Resolves with the names of the options that differ and were not taken.
   * @throws MailerError `invalid-key`
   */
  take(next: ResolvedOptions): readonly string[]
}

/** @throws MailerError `invalid-key` */
export function openReloadableOptions(first: ResolvedOptions): ReloadableOptions {
  let options = first
  let keys = loadKeys(first)
  let returnKeys = returnKeysOf(first)
  return {
    get options() {
      return options
    },
    get keys() {
      return keys
    },
    get returnKeys() {
      return returnKeys
    },
    take: next => {
      keys = loadKeys(next)
      const { dkim, limits, returnPath, feedback } = next
      // The same object while nothing of it has changed.
      const egress = isDeepStrictEqual(next.egress, options.egress) ? options.egress : next.egress
      options = { ...options, egress, dkim, limits, returnPath, feedback }
      returnKeys = returnKeysOf(next)
      return differences(options, next)
    },
  }
}

function loadKeys({ dkim }: ResolvedOptions): readonly DkimKey[] {
  return dkim
    .filter(({ standing }) => standing === undefined)
    .map(({ domain, selector, privateKey, replaces }) => ({
      ...loadDkimKey({ domain, selector, pem: privateKey }),
      ...(replaces === undefined ? {} : { replaces }),
    }))
}

/** `delivery.port`: the names of what is not the same. */
function differences(one: object, other: object, above = ''): readonly string[] {
  const names = new Set([...Object.keys(one), ...Object.keys(other)])
  return [...names].flatMap(name => {
    const [before, after] = [one, other].map(options => (options as Readonly<Record<string, unknown>>)[name])
    if (isDeepStrictEqual(before, after)) return []
    return isSection(before) && isSection(after) ? differences(before, after, `${above}${name}.`) : [`${above}${name}`]
  })
}

function isSection(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
