/**
 * ThemeSwitch: light, dark, or as the system has it; kept in this browser.
 *
 * Not here: what is set before anything is painted (theme.ts).
 */
import { say } from '../language/say.ts'
import { useId, useState } from '../view/view.ts'

const CHOICES = ['system', 'light', 'dark'] as const

export function Theme() {
  const id = useId()
  const [chosen, setChosen] = useState<string>(localStorage.getItem('postrider.theme') ?? 'system')
  const choose = (choice: string): void => {
    setChosen(choice)
    if (choice === 'system') {
      localStorage.removeItem('postrider.theme')
      delete document.documentElement.dataset.theme
    } else {
      localStorage.setItem('postrider.theme', choice)
      document.documentElement.dataset.theme = choice
    }
  }
  return (
    <p class="theme">
      <label for={id}>{say('theme.label')}</label>
      <select id={id} value={chosen} onChange={event => choose(event.currentTarget.value)}>
        {CHOICES.map(choice => (
          <option key={choice} value={choice}>
            {say(`theme.${choice}`)}
          </option>
        ))}
      </select>
    </p>
  )
}
