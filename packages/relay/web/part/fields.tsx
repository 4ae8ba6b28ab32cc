/**
 * Fields: what is filled in: a label, what it wants, and what was wrong with it.
 */
import { useId } from '../view/view.ts'

interface FieldProps {
  readonly label: string
  readonly name: string
  readonly value?: string
  readonly type?: 'text' | 'email' | 'password' | 'number'
  readonly hint?: string
  readonly required?: boolean
  readonly complete?: string
  readonly minLength?: number
}

export function Field({
  label,
  name,
  value = '',
  type = 'text',
  hint,
  required = false,
  complete = 'off',
  minLength,
}: FieldProps) {
  const id = useId()
  return (
    <p class="field">
      <label for={id}>{label}</label>
      <input
        id={id}
        name={name}
        {...({ type } as { readonly type: 'text' })}
        defaultValue={value}
        required={required}
        autocomplete={complete}
        autocapitalize="none"
        spellcheck={false}
        {...(minLength === undefined ? {} : { minLength })}
        {...(hint === undefined ? {} : { 'aria-describedby': `${id}-hint` })}
      />
      {hint !== undefined && (
        <span id={`${id}-hint`} class="note">
          {hint}
        </span>
      )}
    </p>
  )
}

export function Area({ label, name, value = '', hint, rows = 3 }: FieldProps & { readonly rows?: number }) {
  const id = useId()
  return (
    <p class="field">
      <label for={id}>{label}</label>
      <textarea
        id={id}
        name={name}
        rows={rows}
        defaultValue={value}
        spellcheck={false}
        aria-describedby={`${id}-hint`}
      />
      <span id={`${id}-hint`} class="note">
        {hint}
      </span>
    </p>
  )
}

interface SelectProps {
  readonly label: string
  readonly name: string
  readonly value: string
  readonly options: readonly (readonly [string, string])[]
}

export function Select({ label, name, value, options }: SelectProps) {
  const id = useId()
  return (
    <p class="field">
      <label for={id}>{label}</label>
      <select id={id} name={name} defaultValue={value}>
        {options.map(([key, text]) => (
          <option key={key} value={key} selected={key === value}>
            {text}
          </option>
        ))}
      </select>
    </p>
  )
}

export interface Given {
  readonly [name: string]: string
}

/** What was filled in, without spaces around it. */
export function givenIn(form: HTMLFormElement): Given {
  return Object.fromEntries([...new FormData(form)].map(([name, value]) => [name, String(value).trim()]))
}
