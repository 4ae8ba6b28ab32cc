/**
 * send: the one-line door. A process-wide mailer from postrider.yaml (or the file that POSTRIDER_CONFIG names) and the
 * POSTRIDER_* variables, made when the first message is sent.
 *
 * Policy. It does not keep the process alive: a script that sends once and ends lets what is under way finish; what is
 * deferred stays in the queue file for the next process. Where POSTRIDER_DEV_URL is set, mail goes to that dev inbox and nowhere else.
 */
import { cwd, env } from 'node:process'
import { loadConfig } from '../config/index.ts'
import type { Draft } from '../model/draft.ts'
import { createMailer } from './create-mailer.ts'
import type { Mailer } from './mailer.ts'
import type { Receipt, SendOptions } from './receipt.ts'

const shared: { mailer: Promise<Mailer> | undefined } = { mailer: undefined }

/**
 * Composes, clears, signs and queues one message; resolves when it is on disk.
 * @throws MailerError as Mailer.send, and `invalid-config`; `queue-unavailable` when nobody answers at POSTRIDER_DEV_URL
 */
export async function send(draft: Draft, options: SendOptions = {}): Promise<Receipt> {
  const { POSTRIDER_DEV_URL: url, POSTRIDER_DEV_TOKEN: token, NODE_ENV: mode } = env
  if (url !== undefined && url !== '')
    return (await import('./send-to-dev.ts')).sendToDev(draft, options, { url, token, mode })
  shared.mailer ??= open().catch(error => {
    // The next call may find the configuration mended.
    shared.mailer = undefined
    throw error
  })
  return (await shared.mailer).send(draft, options)
}

async function open(): Promise<Mailer> {
  return createMailer(await loadConfig({ env, cwd: cwd() }))
}
