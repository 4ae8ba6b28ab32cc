/**
 * Architecture: floors, doors and owners, read from the import lines of every package.
 *
 * Policy. Tests beside the code may stand on any floor and use any library, but they too go through doors. A type import
 * binds rooms as much as a value does; only for platform modules (a socket's type opens nothing) it is free.
 *
 * Not here: the length of functions, at most 60 lines in packages (biome.json), the floor plan (support/rooms.ts), how a file is read (support/source.ts).
 */
import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { builtinModules } from 'node:module'
import { dirname, join } from 'node:path'
import { suite, test } from 'node:test'
import { casts, MOST_CASTS } from './support/casts.ts'
import { longFiles } from './support/long-files.ts'
import { GLOBALS, MODULE_OWNERS } from './support/owners.ts'
import { FRONT, HOUSES, type House, type Room } from './support/rooms.ts'
import { type Import, lineAt, readSource, type Source, sourcesBelow } from './support/source.ts'
import { threads } from './support/threads.ts'
import { thrownAway } from './support/thrown-away.ts'

const ROOT = dirname(import.meta.dirname)
/** What tests beside the code share is a test too. */
const isTest = (path: string): boolean => /\.(?:test|fixture)\.ts$/.test(path)

/** Where a file lives. */
interface Place {
  readonly house: House
  readonly room: string
  /** Its path inside the room. */
  readonly file: string
}

function placeOf(path: string): Place | undefined {
  const house = HOUSES.find(house => path.startsWith(`${house.folder}/`))
  if (house === undefined) return undefined
  const inside = path.slice(house.folder.length + 1)
  const slash = inside.indexOf('/')
  return slash < 0
    ? { house, room: FRONT, file: inside }
    : { house, room: inside.slice(0, slash), file: inside.slice(slash + 1) }
}

function packageName(specifier: string): string {
  return specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/')
}

const isRelative = (specifier: string): boolean => specifier.startsWith('.')
const isBuiltin = (specifier: string): boolean => specifier.startsWith('node:') || builtinModules.includes(specifier)
const target = (source: Source, specifier: string): string => join(dirname(source.path), specifier)
const at = (source: Source, line: number): string => `${source.path}:${line}`

type Find = (source: Source, place: Place, room: Room) => Iterable<string>

/** Every problem that `find` sees in the sources of the packages, one line each. */
function problems(sources: readonly Source[], find: Find): string[] {
  return sources.flatMap(source => {
    const place = placeOf(source.path)
    const room = place?.house.rooms[place.room]
    return place && room ? [...find(source, place, room)] : []
  })
}

function* floors(source: Source, place: Place, room: Room): Iterable<string> {
  if (isTest(source.path)) return
  for (const { specifier, line } of source.imports.filter(found => isRelative(found.specifier))) {
    const other = placeOf(target(source, specifier))
    if (other === undefined || other.house !== place.house || other.room === place.room) continue
    const floor = place.house.rooms[other.room]?.floor ?? Number.POSITIVE_INFINITY
    if (floor >= room.floor)
      yield `${at(source, line)}: ${place.room} (floor ${room.floor}) imports ${other.room} (floor ${floor}); a room imports only lower floors. Take it by argument, or let flow/ join the two.`
    else if (room.imports !== 'below' && !room.imports.includes(other.room))
      yield `${at(source, line)}: ${place.room} may import ${room.imports.join(', ') || 'nothing'}, not ${other.room}. Take it by argument.`
  }
}

function* doors(source: Source, place: Place): Iterable<string> {
  for (const { specifier, line } of source.imports.filter(found => isRelative(found.specifier))) {
    const path = target(source, specifier)
    const other = placeOf(path)
    if (other?.house !== place.house) {
      yield `${at(source, line)}: ${specifier} leaves the package; import another package by its name.`
      continue
    }
    if (!/\.(?:tsx?|json)$/.test(specifier)) yield `${at(source, line)}: ${specifier} must name the file, with .ts.`
    const doors = other.house.rooms[other.room]?.doors
    if (other.room !== place.room && doors !== 'any' && !doors?.includes(other.file))
      yield `${at(source, line)}: ${path} goes round the door of ${other.room}; import ${doors?.map(door => `${other.room}/${door}`).join(' or ')}.`
  }
}

function* platform(source: Source): Iterable<string> {
  if (isTest(source.path)) return
  const owns = (owners: readonly string[]): boolean =>
    owners.some(owner => (owner.endsWith('/') ? source.path.startsWith(owner) : source.path === owner))
  for (const found of source.imports.filter(found => isBuiltin(found.specifier))) {
    const rule = MODULE_OWNERS[found.specifier]
    if (rule === undefined || found.typeOnly || owns(rule.owners) || onlyPure(found, rule.pure)) continue
    yield `${at(source, found.line)}: ${found.specifier} belongs to ${rule.owners.join(', ') || 'nobody'}: ${rule.because}.`
  }
  for (const [name, rule] of Object.entries(GLOBALS)) {
    if (owns(rule.owners)) continue
    for (const match of source.code.matchAll(rule.pattern))
      yield `${at(source, lineAt(source.code, match.index))}: ${name} belongs to ${rule.owners.join(', ') || 'nobody'}: ${rule.because}.`
  }
}

function onlyPure(found: Import, pure: readonly string[] = []): boolean {
  return found.names.length > 0 && found.names.every(name => pure.includes(name))
}

function* npmRooms(source: Source, place: Place, room: Room): Iterable<string> {
  for (const { specifier, line } of source.imports) {
    if (isRelative(specifier) || isBuiltin(specifier)) continue
    const name = packageName(specifier)
    if (name === place.house.name) yield `${at(source, line)}: a package does not import itself by name.`
    else if (name.startsWith('@postrider/')) {
      if (!place.house.workspaces.includes(name))
        yield `${at(source, line)}: ${place.house.name} may import ${place.house.workspaces.join(', ') || 'no other workspace'}, not ${name}.`
    } else if (!isTest(source.path) && !room.npm.includes(name))
      yield `${at(source, line)}: ${place.room} may own ${room.npm.join(', ') || 'no npm package'}, not ${name}. Use the room that owns it.`
  }
}

/** More than one file of a room that imports the same npm package. */
function shared(sources: readonly Source[]): string[] {
  const owners = new Map<string, Set<string>>()
  for (const source of sources.filter(source => !isTest(source.path))) {
    const place = placeOf(source.path)
    for (const { specifier } of source.imports) {
      if (place === undefined || isRelative(specifier) || isBuiltin(specifier) || specifier.startsWith('@postrider/'))
        continue
      const key = `${place.house.name} ${place.room}/: ${packageName(specifier)}`
      owners.set(key, (owners.get(key) ?? new Set()).add(source.path))
    }
  }
  return [...owners]
    .filter(([, files]) => files.size > 1)
    .map(([key, files]) => `${key} has ${files.size} owners, ${[...files].join(', ')}; keep one and import that.`)
}

/** One line for each cycle of files, whichever way it was entered. */
function cycles(sources: readonly Source[]): string[] {
  const known = new Map(sources.map(source => [source.path, source]))
  const done = new Set<string>()
  const found = new Map<string, string>()
  const visit = (path: string, trail: readonly string[]): void => {
    const start = trail.indexOf(path)
    if (start >= 0) {
      const cycle = trail.slice(start)
      found.set([...cycle].sort().join(), [...cycle, path].join(' -> '))
    }
    const source = known.get(path)
    if (start >= 0 || done.has(path) || source === undefined) return
    for (const { specifier } of source.imports.filter(found => isRelative(found.specifier)))
      visit(target(source, specifier), [...trail, path])
    done.add(path)
  }
  for (const source of sources) visit(source.path, [])
  return [...found.values()]
}

/** Examples are strangers: they show what a reader can do. Tests may look behind any door. */
function* outside(source: Source): Iterable<string> {
  if (!source.path.startsWith('examples/')) return
  for (const { specifier, line } of source.imports.filter(found => isRelative(found.specifier)))
    if (placeOf(target(source, specifier)))
      yield `${at(source, line)}: an example imports packages by name, as its reader will.`
}

function none(found: readonly string[]): void {
  assert.equal(found.length, 0, `\n${found.join('\n')}\n`)
}

const inPackages = HOUSES.filter(house => existsSync(join(ROOT, house.folder))).flatMap(house =>
  sourcesBelow(ROOT, house.folder),
)
const around = [...sourcesBelow(ROOT, 'test'), ...sourcesBelow(ROOT, 'examples')]

suite('the house', () => {
  test('every folder of a package is a room of the plan', () => {
    const unknown = new Set<string>()
    for (const { path } of inPackages) {
      const place = placeOf(path)
      if (place && !(place.room in place.house.rooms))
        unknown.add(`${place.house.folder}/${place.room}/ is no room of test/support/rooms.ts.`)
    }
    none([...unknown])
  })
  test('every room of the plan imports only lower floors', () => {
    for (const house of HOUSES)
      for (const room of Object.values(house.rooms))
        for (const other of room.imports === 'below' ? [] : room.imports)
          assert.ok((house.rooms[other]?.floor ?? Number.POSITIVE_INFINITY) < room.floor, `${house.name}: ${other}`)
  })
  test('a room imports only the lower rooms that its row names', () => none(problems(inPackages, floors)))
  test('a room is entered through its door', () => none(problems(inPackages, doors)))
  test('a platform module and a global have their owners', () => none(problems(inPackages, platform)))
  test('an npm package is imported only in a room that may own it', () => none(problems(inPackages, npmRooms)))
  test('an npm package has one owner file in its room', () => none(shared(inPackages)))
  test('a promise that nobody waits for is caught, or cannot reject', () =>
    none(inPackages.filter(({ path }) => !isTest(path)).flatMap(thrownAway)))
  test('no file imports itself, directly or through others', () => none(cycles([...inPackages, ...around])))
  test('no file is longer than 300 lines', () => none(longFiles([...inPackages, ...around])))
  test('a file of the SQLite queue runs on the thread that its folder names', () =>
    none(inPackages.filter(({ path }) => !isTest(path)).flatMap(threads)))
  test('no more casts through unknown than there were', () => none(casts([...inPackages, ...around], MOST_CASTS)))
  test('an example imports packages by their public names', () => none(around.flatMap(source => [...outside(source)])))
})

suite('the reading of a file', () => {
  const read = (text: string): Source => readSource('packages/core/src/sign/x.ts', text)
  const found = (text: string, find: Find): string[] => problems([read(text)], find)

  test('static, type, bare, dynamic and re-exporting imports are all seen', () => {
    const text = [
      `import a, { type B, c as d } from './1.ts'`,
      `import type { E } from "./2.ts"`,
      `import './3.ts'`,
      `export * from './4.ts'`,
      `export type { F } from './5.ts'`,
      `const g = await import('./6.ts')`,
      `import { type H, type I } from './7.ts'`,
    ].join('\n')
    assert.deepEqual(
      read(text).imports.map(({ specifier, typeOnly }) => `${specifier}${typeOnly ? ' type' : ''}`),
      ['./1.ts', './2.ts type', './3.ts', './4.ts', './5.ts type', './6.ts', './7.ts type'],
    )
  })
  test('comments, strings, templates and regular expressions are no code', () => {
    const text = [
      `// import '../flow/x.ts'`,
      '/* Date.now() */',
      `const a = 'Date.now()'`,
      `const b = \`x \${a} Math.random()\``,
      'const c = /Date.now\\(/',
      'const d = 4 / 2 / 1',
    ].join('\n')
    assert.deepEqual([...found(text, floors), ...found(text, platform)], [])
  })
  test('code inside a template is code', () => {
    assert.equal(found(`const a = \`at \${Date.now()}\``, platform).length, 1)
  })
  test('a step that imports a step is found', () =>
    assert.equal(found(`import { x } from '../queue/index.ts'`, floors).length, 1))
  test('an upward import is found, even of a type', () =>
    assert.equal(found(`import type { X } from '../flow/x.ts'`, floors).length, 1))
  test('a way round a door is found', () => assert.equal(found(`import { x } from '../dns/cache.ts'`, doors).length, 1))
  test('a foreign npm package is found', () =>
    assert.equal(found(`const m = await import('mailauth/lib/x')`, npmRooms).length, 1))
  test('a socket outside its owner is found, its type and isIP are free', () => {
    assert.equal(found(`import { connect } from 'node:net'`, platform).length, 1)
    assert.equal(found(`import { isIP } from 'node:net'\nimport type { Socket } from 'node:net'`, platform).length, 0)
  })
  test('time, chance and the process are found', () => {
    const text = 'setTimeout(f, 1); Math.random(); process.exit(); new Date(); clock.setTimeout(1); new Date(0)'
    assert.equal(found(text, platform).length, 4)
  })
  test('a promise that nobody waits for and nobody catches is found', () => {
    const bare = (text: string): number => thrownAway(read(text)).length
    assert.equal(bare('void f(1)'), 1)
    assert.equal(bare('const g = (): void => void this.#f(1)'), 1)
    assert.equal(bare('clock.after(1, () => void f().finally(() => g()), {})'), 1)
    assert.equal(bare('void f()\n  .then(g)\n  .catch(h)'), 0)
    assert.equal(bare('// Never rejects: it catches all.\nvoid f()'), 0)
    assert.equal(bare('const f = async (a: () => void): Promise<void> => void (await g(a))\nvoid unused'), 0)
  })
  test('an import of the other thread, and a file of no thread, are found', () => {
    const of = (place: string, imported: string): number =>
      threads(readSource(`packages/core/src/queue/sqlite/${place}/x.ts`, `import type { X } from '${imported}'`)).length
    assert.equal(of('main', '../thread/sql.ts'), 1)
    assert.equal(of('thread/fast-path', '../../main/store.ts'), 1)
    assert.equal(of('both', '../main/store.ts'), 1)
    assert.equal(of('other', '../both/protocol.ts'), 1)
    assert.equal(of('thread/fast-path', '../sql.ts') + of('main', '../both/protocol.ts'), 0)
  })
  test('one cast too many is found', () => {
    const source = read('const a = b as unknown as C // as unknown as D\nconst e = f as\n  unknown as G')
    assert.equal(casts([source], { 'packages/core/': 2, '': 2 }).length, 0)
    assert.equal(casts([source], { 'packages/core/src/sign/': 1, 'packages/relay/': 0 }).length, 1)
  })
  test('two owners of one package are found', () => {
    const owner = (name: string): Source =>
      readSource(`packages/core/src/http/${name}.ts`, `import { request } from 'undici'`)
    assert.equal(shared([owner('get'), owner('post')]).length, 1)
  })
  test('a cycle is found once', () => {
    const file = (name: string, other: string): Source =>
      readSource(`packages/core/src/sign/${name}.ts`, `import './${other}.ts'`)
    assert.equal(cycles([file('a', 'b'), file('b', 'c'), file('c', 'a')]).length, 1)
  })
})
