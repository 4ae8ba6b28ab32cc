/**
 * Caller: who asks for a route of the Resend contract: always an account, for this family is about the mail of one.
 *
 * Not here: who is let in (access-control/), which is asked before.
 */

import type { AccessControl, KeyCaller as KeyHolder, Refusal } from '../access-control/index.ts'
import type { Account } from '../account/index.ts'
import type { Scope } from '../key/index.ts'
import type { HttpRequest } from '../server/index.ts'
import { ApiError, refusedKey } from './api-error.ts'

export interface Caller extends KeyHolder {
  readonly account: Account
}

/** @throws ApiError */
export async function requireCaller(accessControl: AccessControl, request: HttpRequest, scope: Scope): Promise<Caller> {
  const { account, ...holder } = admitted(await accessControl.admit(request, scope))
  if (account !== undefined) return { ...holder, account }
  const text = 'This API key stands for no account, and so has no emails: make one with --account'
  throw new ApiError(403, 'invalid_api_key', text, holder.headers)
}

/** Whoever shows a key, whatever it may do. @throws ApiError */
export async function requireKey(accessControl: AccessControl, request: HttpRequest): Promise<KeyHolder> {
  return admitted(await accessControl.admit(request, 'any'))
}

function admitted(answer: KeyHolder | Refusal): KeyHolder {
  if (answer.kind === 'caller') return answer
  throw refusedKey(answer)
}
