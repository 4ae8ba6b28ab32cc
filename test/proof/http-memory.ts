/**
 * HttpMemory: what the HTTP part costs an idle relay in memory: the program is installed as npm would publish it and started as an operator
 * starts it, with and without `relay.http`, side by side, ten times, and looked at after a minute.
 *
 * Policy. The proportional set size is what counts (/proc/PID/smaps_rollup): pages that both processes share are halved for both.
 */
import assert from 'node:assert/strict'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { build, givenByPostrider, installInto, pack } from '../bench/built.ts'
import { median } from '../bench/statistics.ts'
import { type Child, startProgram } from '../support/child.ts'
import { freePorts } from '../support/ports.ts'
import type { Figures } from './proof.ts'

const STARTS = 10
const IDLE_MS = 60_000
const MOST_MB = 16

interface Started extends AsyncDisposable {
  readonly pid: number
}

/** @param program the file of the command, in a folder that it was installed into */
async function start(program: string, http: boolean): Promise<Started> {
  const folder = await mkdtemp(join(tmpdir(), 'postrider-memory-'))
  const [smtp = 0, web = 0] = await freePorts('127.0.0.1', 2)
  const listen = [`127.0.0.1:${smtp}/plain`]
  const relay = { listen, ...(http && { http: { listen: [`127.0.0.1:${web}/plain`] } }) }
  const config = join(folder, 'postrider.yaml')
  // JSON is YAML.
  await writeFile(config, JSON.stringify({ hostname: 'out.sender.test', queue: { path: `${folder}/q.db` }, relay }))
  const { flags, env } = givenByPostrider()
  const args = [...flags, program, 'serve', '--config', config]
  const child = startProgram(process.execPath, { args, env, cwd: folder })
  await listening(child)
  if (http) await answers(`http://127.0.0.1:${web}/ui/`)
  return {
    pid: child.pid,
    [Symbol.asyncDispose]: async () => {
      await child.stop()
      await rm(folder, { recursive: true })
    },
  }
}

async function listening(child: Child): Promise<void> {
  let isOver = false
  const over = (): void => {
    isOver = true
  }
  child.ended().then(over, over)
  while (!/listening on/.test(child.stderr())) {
    assert.ok(!isOver, `it ended: ${child.stderr()}`)
    await sleep(100)
  }
}

/** Mail comes first: HTTP listens a moment later. */
async function answers(url: string): Promise<void> {
  const end = performance.now() + 60_000
  for (;;) {
    const status = await fetch(url).then(
      answer => answer.status,
      (error: Error) => error.message,
    )
    if (status === 200) return
    assert.ok(performance.now() < end, `${url}: ${status}`)
    await sleep(100)
  }
}

async function pssMb({ pid }: Started): Promise<number> {
  const rollup = await readFile(`/proc/${pid}/smaps_rollup`, 'latin1')
  return Number(/^Pss:\s+(\d+) kB/m.exec(rollup)?.[1]) / 1024
}

export async function prove(): Promise<Figures> {
  const folder = await mkdtemp(join(tmpdir(), 'postrider-installed-'))
  try {
    build()
    return await compare(join(installed(folder), 'node_modules/@postrider/cli/bin/postrider.js'))
  } finally {
    await rm(folder, { recursive: true })
  }
}

function installed(folder: string): string {
  return installInto(join(folder, 'all'), pack(join(folder, 'archives')))
}

async function compare(program: string): Promise<Figures> {
  const [without, beside]: [number[], number[]] = [[], []]
  for (let n = 0; n < STARTS; n++) {
    await using off = await start(program, false)
    await using on = await start(program, true)
    await sleep(IDLE_MS)
    without.push(await pssMb(off))
    beside.push(await pssMb(on))
  }
  const more = median(beside.map((each, at) => each - (without[at] ?? 0)))
  const rounded = (value: number): number => Math.round(value * 10) / 10
  assert.ok(more <= MOST_MB, `${rounded(more)} MB more, wanted at most ${MOST_MB}`)
  return {
    starts: STARTS,
    withoutHttpMb: rounded(median(without)),
    withHttpMb: rounded(median(beside)),
    moreMb: rounded(more),
    mostMoreMb: rounded(Math.max(...beside.map((each, at) => each - (without[at] ?? 0)))),
  }
}
