/**
 * FollowFiles: says when one of some files has changed, come or gone.
 *
 * Policy. They are looked at by name every few seconds: editors write a new file in place of the old one, secrets of containers
 * are links that turn, and volumes tell nothing. Several changes that follow each other are one.
 */
import { unwatchFile, watchFile } from 'node:fs'
import type { Clock } from '@postrider/core'

const LOOK_EVERY_MS = 2000
/** Whoever writes a key and a configuration that names it writes both within this time. */
const SETTLE_MS = 1000

/** Returns the function that stops it. */
export function followFiles(files: readonly string[], clock: Clock, changed: () => void): () => void {
  let stopSettling = (): void => {}
  const look = (): void => {
    stopSettling()
    stopSettling = clock.after(SETTLE_MS, changed, { idle: true })
  }
  for (const file of files) watchFile(file, { interval: LOOK_EVERY_MS, persistent: false }, look)
  return () => {
    stopSettling()
    for (const file of files) unwatchFile(file, look)
  }
}
