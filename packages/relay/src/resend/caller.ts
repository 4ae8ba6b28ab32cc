/**
 * Caller: who asks for a route of the Resend contract: always an account, for this family is about the mail of one.
 *
 * Not here: who is let in (gate/), which is asked before.
 */
import type { Account } from '../account/index.ts'
import type { Gate, Caller as KeyHolder, Refusal } from '../gate/index.ts'
import type { Scope } from '../key/index.ts'
import type { HttpRequest } from '../server/index.ts'
import { ApiError, refusedKey } from './api-error.ts'

export interface Caller extends KeyHolder {
  readonly account: Account
}

/** @throws ApiError */
export async function requireCaller(gate: Gate, request: HttpRequest, scope: Scope): Promise<Caller> {
  const { account, ...holder } = admitted(await gate.admit(request, scope))
  if (account !== undefined) return { ...holder, account }
  const text = 'This API key stands for no account, and so has no emails: make one with --account'
  throw new ApiError(403, 'invalid_api_key', text, holder.headers)
}

/** Whoever shows a key, whatever it may do. @throws ApiError */
export async function requireKey(gate: Gate, request: HttpRequest): Promise<KeyHolder> {
  return admitted(await gate.admit(request, 'any'))
}

function admitted(answer: KeyHolder | Refusal): KeyHolder {
  if (answer.kind === 'caller') return answer
  throw refusedKey(answer)
}
