/**
 * EventStream: server-sent events (HTML §9.2) off an answer, block by block.
 *
 * Policy. What a browser's own reader keeps to itself is told: the id of a block without data, which says how far the relay has come, and
 * with which status a stream was refused.
 */
export interface Block {
  readonly event: string | undefined
  readonly id: string | undefined
  readonly data: string | undefined
}

export async function* blocksOf(body: ReadableStream<Uint8Array>): AsyncGenerator<Block, void, undefined> {
  const decoder = new TextDecoder()
  const reader = body.getReader()
  let rest = ''
  for (let part = await reader.read(); !part.done; part = await reader.read()) {
    const blocks = `${rest}${decoder.decode(part.value, { stream: true })}`.split('\n\n')
    rest = blocks.pop() ?? ''
    for (const block of blocks) yield read(block)
  }
}

function read(block: string): Block {
  const field = (name: string): string | undefined => new RegExp(`^${name}: (.*)$`, 'm').exec(block)?.[1]
  return { event: field('event'), id: field('id'), data: field('data') }
}
