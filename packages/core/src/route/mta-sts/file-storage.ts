/**
 * FileStorage: MTA-STS policies in one JSON file.
 *
 * Policy. Written whole to a new file, fsynced and renamed into place: a reader, or a process that starts after we were
 * killed, sees the old list or the new one. A file that is not ours to understand is trouble for the caller to tell of.
 */
import { open, readFile, rename } from 'node:fs/promises'
import { parseDomain } from '../../model/address.ts'
import type { PolicyStorage, StoredPolicy } from './cache.ts'

export function filePolicyStorage(path: string): PolicyStorage {
  return {
    load: async () => {
      const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
        // The first start.
        if (error.code === 'ENOENT') return '[]'
        throw error
      })
      const list: unknown = JSON.parse(text)
      if (!Array.isArray(list)) throw new Error(`${path} is not a list of policies`)
      return list.filter(isStoredPolicy)
    },
    save: async policies => {
      const fresh = `${path}.new`
      const file = await open(fresh, 'w', 0o600)
      try {
        await file.writeFile(`${JSON.stringify(policies, null, 1)}\n`)
        await file.sync()
      } finally {
        await file.close()
      }
      await rename(fresh, path)
    },
  }
}

function isStoredPolicy(value: unknown): value is StoredPolicy {
  const { domain, id, text, fetchedAt } = (value ?? {}) as Record<string, unknown>
  if (typeof domain !== 'string' || typeof id !== 'string' || typeof text !== 'string') return false
  return typeof parseDomain(domain) === 'string' && typeof fetchedAt === 'number' && Number.isFinite(fetchedAt)
}
