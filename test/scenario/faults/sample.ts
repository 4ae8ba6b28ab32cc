/**
 * Sample: a message of example.com, signed.
 */
import type { DkimKey } from '@postrider/core'
import { inspect } from '../../../packages/core/src/compose/index.ts'
import { sign } from '../../../packages/core/src/sign/index.ts'

const TEXT = [
  'From: a@example.com',
  'Date: Thu, 1 Jan 2026 12:00:00 +0000',
  'Message-ID: <1@example.com>',
  '',
  'Hello',
  '',
].join('\r\n')

/** @param selector of another key, for a signature that its record does not fit */
export async function sampleSignedBy(key: DkimKey, selector: string = key.selector): Promise<Uint8Array> {
  const { bytes } = await sign(inspect(Buffer.from(TEXT)), [{ ...key, selector }], Date.now())
  return bytes
}
