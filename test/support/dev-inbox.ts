/**
 * DevInbox: `postrider dev` as a process of its own, on ports that are free.
 */
import { join } from 'node:path'
import { type Child, startProgram } from './child.ts'

const PROGRAM = join(import.meta.dirname, '../../packages/cli/bin/postrider.js')

export async function startDevInbox(): Promise<{ readonly url: string; readonly child: Child }> {
  const args = [PROGRAM, 'dev', '--smtp', '0', '--http', '0', '--json']
  const child = startProgram(process.execPath, { args, env: {} })
  const [, url = ''] = await child.says(/"url":"([^"]+)"/)
  return { url, child }
}
