/**
 * QueueMark: a queue holds captured mail or mail that is to be delivered, never both: a mark beside its file says which, and whoever finds
 * the other kind waiting does not start. A relay that is to deliver starts on no marked queue, and core delivers nothing of one.
 */
import { access, writeFile } from 'node:fs/promises'
import { MailerError } from '@postrider/core'

interface Mark {
  readonly path: string
  readonly isCapturing: boolean
  /** How many messages wait in the queue. */
  readonly waiting: () => Promise<number>
}

/** @throws MailerError `invalid-option` when the queue holds mail of the other kind, or is marked and is to be delivered */
export async function markQueue({ path, isCapturing, waiting }: Mark): Promise<void> {
  if (path === ':memory:') return
  const [mark, isMarked, isThere] = [`${path}.captured`, await exists(`${path}.captured`), await exists(path)]
  if (isMarked === isCapturing) return
  const count = isThere ? await waiting() : 0
  // A relay that captures may be running with nothing waiting yet: the mark is taken away by people alone.
  if (isMarked) throw capturedMail(path, count)
  if (count > 0) throw mailToDeliver(path, count)
  await writeFile(mark, 'This queue holds captured mail: it is not to be delivered.\n', { mode: 0o600 })
}

function mailToDeliver(path: string, count: number): MailerError {
  return otherKind(
    `${count} messages that are to be delivered in ${path}`,
    'a queue without mail that is to be delivered',
    'name another file in queue.path, or cancel what waits',
  )
}

function capturedMail(path: string, count: number): MailerError {
  const fix = `name another file in queue.path; or end the relay that captures, cancel what waits, and remove ${path}.captured`
  const found = count > 0 ? `${count} captured messages in ${path}` : `${path}.captured, the mark of captured mail`
  return otherKind(found, 'a queue without captured mail', fix)
}

function otherKind(found: string, wanted: string, fix: string): MailerError {
  const where = 'relay.capture.enabled'
  return new MailerError('invalid-option', `${where}: found ${found}, wanted ${wanted}`, { where, found, wanted, fix })
}

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  )
}
