/**
 * ContentLeave: who may not read what messages say gives nobody the leave to, neither to a key nor to a user, also not to one that has
 * it and would be let in anew: the link would be in the answer.
 *
 * Not here: whoever has a shell on the machine, and may always (the command line).
 */
import type { Caller } from '../access-control/index.ts'
import { mayDo } from '../key/index.ts'
import { V1Error } from './v1-error.ts'

/** @throws V1Error 403 */
export function requireContentLeave(caller: Caller): void {
  const mayRead = caller.kind === 'session' ? caller.session.content : mayDo(caller.key, 'content')
  if (mayRead) return
  throw new V1Error(403, caller.kind === 'session' ? 'restricted_session' : 'restricted_api_key', {
    message: 'this gives leave to read what messages say, and only who has that leave gives it',
    wrong: { fix: 'ask somebody who has it, or use the command line: postrider user, postrider key' },
  })
}
