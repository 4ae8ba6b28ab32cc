/**
 * Docker: what `docker build`, `run`, `logs` and `exec` of a guide do, without an engine: the image is what the Dockerfile says of its
 * variables, volume, ports and program, and a container is that program as a process of this checkout, with a folder as its volume.
 *
 * Policy. What an engine would refuse is refused: an image that was not built, a port that is not exposed, a volume that is none.
 *
 * Not here: whether the image itself is built and starts (test/container).
 */
import { spawn, spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, openSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'

const ROOT = join(import.meta.dirname, '../..')
const PROGRAMS: Readonly<Record<string, string>> = { postrider: join(ROOT, 'packages/cli/bin/postrider.js') }
/** Where images and containers are kept, and which ports of this machine stand for those of an engine's. */
const { DOCKER_STATE = '', DOCKER_PORTS = '{}' } = process.env

interface Image {
  readonly env: Readonly<Record<string, string>>
  readonly volume: string
  readonly exposed: readonly string[]
  readonly program: readonly string[]
}

interface Container {
  readonly env: Readonly<Record<string, string>>
  readonly folder: string
  readonly pid: number | undefined
}

const place = (kind: 'image' | 'container', name: string): string => join(DOCKER_STATE, `${kind}-${name}.json`)

function read<Kept>(kind: 'image' | 'container', name = ''): Kept {
  if (!existsSync(place(kind, name))) refuse(`there is no ${kind} "${name}"`)
  return JSON.parse(readFileSync(place(kind, name), 'utf8')) as Kept
}

function refuse(why: string): never {
  process.stderr.write(`docker: ${why}\n`)
  process.exit(125)
}

function build(args: readonly string[]): void {
  const { values, positionals } = parseArgs({
    args: [...args],
    options: { file: { type: 'string', short: 'f' }, tag: { type: 'string', short: 't' } },
    allowPositionals: true,
  })
  if (positionals.join() !== '.') refuse('it is built in the checkout: .')
  const file = join(ROOT, values.file ?? 'Dockerfile')
  if (!existsSync(file)) refuse(`there is no ${values.file}`)
  // Of the last stage.
  const text =
    readFileSync(file, 'utf8')
      .replaceAll('\\\n', ' ')
      .split(/^FROM /m)
      .at(-1) ?? ''
  const of = (word: string): string => new RegExp(`^${word} (.*)$`, 'm').exec(text)?.[1]?.trim() ?? ''
  const image: Image = {
    env: Object.fromEntries(
      of('ENV')
        .split(/\s+/)
        .map(pair => [pair.slice(0, pair.indexOf('=')), pair.slice(pair.indexOf('=') + 1)]),
    ),
    volume: of('VOLUME'),
    exposed: of('EXPOSE').split(' '),
    program: [of('ENTRYPOINT'), of('CMD')].flatMap(list => JSON.parse(list) as string[]),
  }
  writeFileSync(place('image', values.tag ?? refuse('the image has no name: -t')), JSON.stringify(image))
}

function start(args: readonly string[]): void {
  const { values, positionals } = parseArgs({
    args: [...args],
    options: {
      detach: { type: 'boolean', short: 'd' },
      name: { type: 'string' },
      publish: { type: 'string', short: 'p', multiple: true },
      volume: { type: 'string', short: 'v', multiple: true },
      env: { type: 'string', short: 'e', multiple: true },
    },
    allowPositionals: true,
  })
  const image = read<Image>('image', positionals[0])
  const folder = join(DOCKER_STATE, 'volume')
  mkdirSync(folder)
  for (const one of values.volume ?? [])
    if (!one.endsWith(`:${image.volume}`)) refuse(`${one} is not the volume ${image.volume}`)
  const listen = (values.publish ?? []).map(one => listener(one, image))
  const inside = (text: string): string => text.replace(image.volume, folder)
  const env = {
    ...Object.fromEntries(Object.entries(image.env).map(([name, value]) => [name, inside(value)])),
    ...Object.fromEntries((values.env ?? []).map(pair => pair.split(/=(.*)/s).slice(0, 2))),
    POSTRIDER_RELAY_LISTEN: listen.join(','),
    // In a network of its own the port is free.
    POSTRIDER_RELAY_ADMIN_LISTEN: `127.0.0.1:${ports()['8025']}`,
  }
  const [program = '', ...words] = image.program
  const log = openSync(join(DOCKER_STATE, 'log'), 'w')
  const { pid } = spawn(process.execPath, [PROGRAMS[program] ?? refuse(`there is no ${program}`), ...words], {
    cwd: folder,
    env: { ...process.env, ...env },
    detached: true,
    stdio: ['ignore', log, log],
  })
  const container: Container = { env, folder, pid }
  writeFileSync(place('container', values.name ?? refuse('the container has no name')), JSON.stringify(container))
  process.stdout.write(`${pid}\n`)
  process.exit(0)
}

function ports(): Readonly<Record<string, number>> {
  return JSON.parse(DOCKER_PORTS) as Record<string, number>
}

/** `465:465`, as the relay listens there by itself. */
function listener(published: string, { exposed }: Image): string {
  const port = published.split(':').at(-1) ?? ''
  if (!exposed.includes(port) || ports()[port] === undefined) refuse(`port ${port} is not exposed`)
  return `127.0.0.1:${ports()[port]}${port === '465' ? '/tls' : ''}`
}

function execute([name, program = '', ...args]: readonly string[]): void {
  const { env, folder } = read<Container>('container', name)
  const { status } = spawnSync(process.execPath, [PROGRAMS[program] ?? refuse(`there is no ${program}`), ...args], {
    cwd: folder,
    env: { ...process.env, ...env },
    stdio: 'inherit',
  })
  process.exitCode = status ?? 1
}

const [command = '', ...rest] = process.argv.slice(2)
if (command === 'build') build(rest)
else if (command === 'run') start(rest)
else if (command === 'exec') execute(rest)
else if (command === 'logs' && read<Container>('container', rest[0]))
  process.stdout.write(readFileSync(join(DOCKER_STATE, 'log')))
else refuse(`no command "${command}"`)
