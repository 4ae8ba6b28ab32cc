/**
 * Who: who looks, and what they may do: what they may not is not offered. The relay decides; this spares a refusal.
 */
import type { Routes } from '../client/routes.ts'
import { createContext, useContext } from '../view/view.ts'

export type Who = Routes['GET /v1/session']['answer']
type Scope = Who['scopes'][number]

interface Known {
  readonly who: Who
  /** Somebody has left, or has become another. */
  readonly again: () => void
}

export const WhoContext = createContext<Known | undefined>(undefined)

export function useWho(): Known {
  const known = useContext(WhoContext)
  if (known === undefined) throw new TypeError('no WhoContext')
  return known
}

export function useMay(scope: Scope): boolean {
  const { scopes } = useWho().who
  return scopes.includes(scope) || scopes.includes('admin')
}
