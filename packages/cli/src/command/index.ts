import { backup, restore } from './backup.ts'
import { classify } from './classify.ts'
import type { Command } from './command.ts'
import { completionOf } from './completion.ts'
import { dev } from './dev.ts'
import { dmarc } from './dmarc.ts'
import { dns } from './dns.ts'
import { doctor } from './doctor.ts'
import { erase } from './erase.ts'
import { explain } from './explain.ts'
import { feedback } from './feedback.ts'
import { inbound } from './inbound.ts'
import { init } from './init.ts'
import { key } from './key.ts'
import { keygen } from './keygen.ts'
import { keys } from './keys.ts'
import { messages } from './messages.ts'
import { queue } from './queue.ts'
import { replies } from './replies.ts'
import { report } from './report.ts'
import { reputation } from './reputation.ts'
import { route } from './route.ts'
import { send } from './send.ts'
import { serve } from './serve.ts'
import { share } from './share.ts'
import { simulate } from './simulate.ts'
import { stats } from './stats.ts'
import { suppressions } from './suppressions.ts'
import { test } from './test.ts'
import { tlsrpt } from './tlsrpt.ts'
import { user } from './user.ts'
import { webhooks } from './webhooks.ts'

export { type Command, type Context, Interrupted, UsageError } from './command.ts'

/** Every verb of the program, in the order that the help shows them. */
export const COMMANDS: readonly Command[] = [
  init,
  serve,
  dev,
  simulate,
  send,
  doctor,
  dns,
  test,
  explain,
  share,
  classify,
  replies,
  reputation,
  route,
  dmarc,
  tlsrpt,
  feedback,
  report,
  inbound,
  queue,
  messages,
  stats,
  suppressions,
  erase,
  webhooks,
  user,
  key,
  keys,
  keygen,
  backup,
  restore,
  completionOf(() => COMMANDS),
]
