/**
 * Scripts: how bash, zsh and fish are told what may follow.
 *
 * Policy. A script is whole: it asks the program nothing, so that a key press costs no start of Node. After a flag with a value,
 * and where no word of ours fits, the shell offers files.
 *
 * Not here: what may follow (tree.ts).
 */
import type { Place } from './tree.ts'

export const SHELLS = ['bash', 'zsh', 'fish'] as const
export type Shell = (typeof SHELLS)[number]

export function completionScript(shell: Shell, places: readonly Place[]): string {
  if (shell === 'bash') return bash(places)
  return shell === 'zsh' ? zsh(places) : fish(places)
}

/** A step of the loop over the words so far, flags and their values left out: `path` becomes ` queue list`. */
function stepOfPath(places: readonly Place[]): string {
  const paths = places.filter(({ path }) => path.length > 0).map(({ path }) => `' ${path.join(' ')}'`)
  return [
    `case "$before" in (${valueFlags(places).join('|')}) before=''; continue ;; esac`,
    'before=$word',
    `case "$path $word" in (${paths.join('|')}) path="$path $word" ;; esac`,
  ].join('\n    ')
}

function valueFlags(places: readonly Place[]): readonly string[] {
  return [...new Set(places.flatMap(({ flags }) => flags.flatMap(flag => (flag.takesValue ? flag.names : []))))]
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`
}

function key({ path }: Place): string {
  return quoted(path.map(name => ` ${name}`).join(''))
}

function bash(places: readonly Place[]): string {
  const words = places.map(place => {
    const all = [...place.commands.map(({ name }) => name), ...place.flags.flatMap(({ names }) => names)]
    return `    (${key(place)}) words=${quoted(all.join(' '))} ;;`
  })
  return `# bash: source <(postrider completion bash), or keep it as /etc/bash_completion.d/postrider
_postrider() {
  local path='' before='' word words=''
  COMPREPLY=()
  case "\${COMP_WORDS[COMP_CWORD-1]}" in (${valueFlags(places).join('|')}) return ;; esac
  for word in "\${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
    ${stepOfPath(places)}
  done
  case "$path" in
${words.join('\n')}
  esac
  mapfile -t COMPREPLY < <(compgen -W "$words" -- "\${COMP_WORDS[COMP_CWORD]}")
}
complete -o default -F _postrider postrider
`
}

function zsh(places: readonly Place[]): string {
  // A colon ends the word before what it says.
  const entry = (name: string, says: string): string => quoted(`${name.replaceAll(':', '\\:')}:${says}`)
  const entries = places.map(place => {
    const all = [
      ...place.commands.map(({ name, says }) => entry(name, says)),
      ...place.flags.flatMap(({ names, says }) => names.map(name => entry(name, says))),
    ]
    return `    (${key(place)}) entries=(${all.join(' ')}) ;;`
  })
  return `#compdef postrider
# zsh: postrider completion zsh > "\${fpath[1]}/_postrider"
_postrider() {
  local path='' before='' word
  local -a entries
  case "\${words[CURRENT-1]}" in (${valueFlags(places).join('|')}) _files; return ;; esac
  for word in "\${(@)words[2,CURRENT-1]}"; do
    ${stepOfPath(places)}
  done
  case "$path" in
${entries.join('\n')}
  esac
  _describe postrider entries || _files
}
if [ "\${funcstack[1]}" = _postrider ]; then _postrider "$@"; else compdef _postrider postrider; fi
`
}

function fish(places: readonly Place[]): string {
  const fishQuoted = (text: string): string => `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`
  const lines = places.flatMap(place => {
    const here = `complete -c postrider -n "__postrider_at ${fishQuoted(place.path.map(name => ` ${name}`).join(''))}"`
    return [
      ...place.commands.map(({ name, says }) => `${here} -f -a ${name} -d ${fishQuoted(says)}`),
      ...place.flags.map(({ names, takesValue, says }) => {
        const forms = names.map(name => (name.startsWith('--') ? `-l ${name.slice(2)}` : `-s ${name.slice(1)}`))
        return `${here} ${forms.join(' ')}${takesValue ? ' -r' : ''} -d ${fishQuoted(says)}`
      }),
    ]
  })
  const paths = places.filter(({ path }) => path.length > 0).map(({ path }) => fishQuoted(` ${path.join(' ')}`))
  const values = valueFlags(places).map(fishQuoted)
  return `# fish: postrider completion fish > ~/.config/fish/completions/postrider.fish
function __postrider_at
  set -l path ''
  set -l before ''
  for word in (commandline -opc)[2..]
    if contains -- "$before" ${values.join(' ')}
      set before ''
      continue
    end
    set before $word
    contains -- "$path $word" ${paths.join(' ')}; and set path "$path $word"
  end
  test "$path" = "$argv[1]"
end
${lines.join('\n')}
`
}
