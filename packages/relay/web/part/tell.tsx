/**
 * Tell: what has just been done, said once in a corner, and to whoever listens to the page and does not see it.
 */
import { later } from '../client/clock.ts'
import { useEffect, useState } from '../view/view.ts'

const SHOWN_MS = 6000
const life: { show: (text: string) => void } = { show: () => {} }

export function tell(text: string): void {
  life.show(text)
}

export function Told() {
  const [text, setText] = useState('')
  useEffect(() => {
    life.show = setText
  }, [])
  useEffect(() => (text === '' ? undefined : later(SHOWN_MS, () => setText(''))), [text])
  return (
    <div class="told" role="status" aria-live="polite">
      {text !== '' && <p>{text}</p>}
    </div>
  )
}
