/**
 * Choice: one of a few, all of them to be seen.
 */
interface ChoiceProps<Option extends string> {
  readonly label: string
  readonly chosen: Option
  readonly options: readonly (readonly [option: Option, text: string])[]
  readonly choose: (option: Option) => void
}

export function Choice<Option extends string>({ label, chosen, options, choose }: ChoiceProps<Option>) {
  return (
    <fieldset class="chips choice">
      <legend class="unseen">{label}</legend>
      {options.map(([option, text]) => (
        <button key={option} type="button" aria-pressed={option === chosen} onClick={() => choose(option)}>
          {text}
        </button>
      ))}
    </fieldset>
  )
}
