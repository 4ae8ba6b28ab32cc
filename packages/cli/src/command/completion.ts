/**
 * completion: the words that a shell offers, from the commands themselves.
 */
import { completionScript, placesOf, SHELLS, type Shell } from '../completion/index.ts'
import { say } from '../language/commands.ts'
import { LANGUAGES } from '../language/languages.ts'
import { EXIT, writeJson } from '../terminal/index.ts'
import { type Command, UsageError } from './command.ts'

/** @param commands asked for when they are wanted, because this is one of them */
export const completionOf = (commands: () => readonly Command[]): Command => ({
  name: 'completion',
  summary: 'Print what makes a shell complete commands and flags.',
  args: [{ form: '<shell>', says: 'bash, zsh or fish' }],
  examples: [
    'source <(postrider completion bash)',
    'postrider completion fish > ~/.config/fish/completions/postrider.fish',
  ],
  run: async (input, context) => {
    const shell = input.args[0] ?? ''
    if (!SHELLS.includes(shell as Shell)) throw new UsageError(say('usage.shell', { shell, shells: SHELLS }))
    const script = completionScript(shell as Shell, placesOf(commands(), Object.keys(LANGUAGES)))
    if (context.json) writeJson(context.out, { shell, script })
    else context.out.write(script)
    return EXIT.ok
  },
})
