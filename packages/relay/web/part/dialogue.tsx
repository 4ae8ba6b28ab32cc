/**
 * Dialogue: what we and a mail host said to each other, as it was said.
 */
import { say } from '../language/say.ts'
import { CopyButton, Wide } from './parts.tsx'

export function Dialogue({ lines, of }: { readonly lines: readonly string[]; readonly of: string }) {
  return (
    <details class="dialogue">
      <summary>{say('message.dialogue')}</summary>
      <Wide label={`${say('message.dialogue')}: ${of}`}>
        <pre>
          {lines.map((line, at) => (
            <span key={at} class={/^(?:C:|>)/.test(line) ? 'ours' : 'theirs'}>{`${line}\n`}</span>
          ))}
        </pre>
      </Wide>
      <CopyButton text={lines.join('\n')} label={say('message.dialogue.copy')} />
    </details>
  )
}
