/**
 * Tree: the commands as a shell or a manual sees them: paths, the words that may follow each, and what each says.
 *
 * Not here: how a shell is told (bash.ts, zsh.ts, fish.ts), the manual (manual.ts).
 */
import { say } from '../language/commands.ts'
import { helpText } from '../language/help.ts'

/** What is read of a command: see command/command.ts. */
export interface Described {
  readonly name: string
  readonly summary: string
  readonly args?: readonly { readonly form: string; readonly says: string }[]
  readonly flags?: readonly { readonly form: string; readonly says: string }[]
  readonly examples?: readonly string[]
  readonly subcommands?: readonly Described[]
}

export interface Flag {
  /** `-s`, `--subject` */
  readonly names: readonly string[]
  /** Whether a word follows that is its value. */
  readonly takesValue: boolean
  readonly form: string
  readonly says: string
}

export interface Place {
  /** From the program: none, or `queue`, `list`. */
  readonly path: readonly string[]
  readonly says: string
  readonly commands: readonly { readonly name: string; readonly says: string }[]
  readonly args: readonly { readonly form: string; readonly says: string }[]
  readonly flags: readonly Flag[]
  readonly examples: readonly string[]
}

/** The flags that every command has. */
function commonFlags(languages: readonly string[]): readonly Flag[] {
  return [
    flagOf('--json', say('help.json')),
    flagOf('--config <file>', say('help.config')),
    flagOf('--lang <tag>', say('help.lang', { languages })),
    flagOf('-h, --help', say('help.help')),
  ]
}

/** The program itself first, then each command before those below it. */
export function placesOf(commands: readonly Described[], languages: readonly string[]): readonly Place[] {
  const common = commonFlags(languages)
  const below = (command: Described, above: readonly string[]): readonly Place[] => {
    const path = [...above, command.name]
    const flags = (command.flags ?? []).map(({ form, says }) => flagOf(form, helpText(path, says, form)))
    const subcommands = command.subcommands ?? []
    return [
      {
        path,
        says: helpText(path, command.summary),
        commands: subcommands.map(({ name, summary }) => ({ name, says: helpText([...path, name], summary) })),
        args: (command.args ?? []).map(({ form, says }) => ({ form, says: helpText(path, says, form) })),
        flags: [...flags, ...common],
        examples: command.examples ?? [],
      },
      ...subcommands.flatMap(each => below(each, path)),
    ]
  }
  const program = {
    path: [],
    says: say('help.program'),
    commands: commands.map(({ name, summary }) => ({ name, says: helpText([name], summary) })),
    args: [],
    flags: [flagOf('-V, --version', say('help.version')), ...common],
    examples: [],
  }
  return [program, ...commands.flatMap(command => below(command, []))]
}

function flagOf(form: string, says: string): Flag {
  return { names: form.match(/(?<=^|, )--?[\w-]+/g) ?? [], takesValue: /[<[]/.test(form), form, says }
}
