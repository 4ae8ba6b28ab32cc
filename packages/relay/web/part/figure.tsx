/**
 * Figure: a number that leads to the list behind it.
 */
import type { ComponentChildren } from '../view/view.ts'

export function Figure(props: {
  readonly name: string
  readonly value: ComponentChildren
  readonly href: string
  readonly tone?: string
  readonly note?: ComponentChildren
}) {
  return (
    <a class={`figure ${props.tone ?? ''}`} href={props.href}>
      <span class="name">{props.name}</span>
      <strong>{props.value}</strong>
      {props.note !== undefined && <span class="note">{props.note}</span>}
    </a>
  )
}
