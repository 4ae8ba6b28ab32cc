import assert from 'node:assert/strict'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { suite, type TestContext, test } from 'node:test'
import { FakeClock } from '@postrider/core/testing'
import { VolumeBaselines } from '../admission/index.ts'
import { VolumeFile } from './volume-file.ts'

const DAY_MS = 86_400_000
const MINUTE_MS = 60_000

function folderFor(t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'postrider-volume-'))
  t.after(() => rmSync(folder, { recursive: true }))
  return folder
}

function open(folder: string, clock: FakeClock) {
  const baselines = new VolumeBaselines({ clock, options: () => ({ factor: 10, floor: 1 }) })
  return { baselines, file: new VolumeFile({ folder, baselines, clock }) }
}

/** Ten recipients a day for four days. */
async function usualDays(baselines: VolumeBaselines, clock: FakeClock): Promise<void> {
  for (let day = 0; day < 4; day++) {
    baselines.count('forum', 10)
    await clock.advance(DAY_MS)
  }
}

suite('the file of usual volumes', () => {
  test('keeps over a restart what an account usually sends', async t => {
    const [folder, clock] = [folderFor(t), new FakeClock()]
    const first = open(folder, clock)
    await first.file.open()
    await usualDays(first.baselines, clock)
    await first.file.close()
    const second = open(folder, clock)
    await second.file.open()
    assert.equal(second.baselines.count('forum', 1000)?.usual, 10)
    await second.file.close()
  })
  test('is taken over from the name that it had before', async t => {
    const [folder, clock] = [folderFor(t), new FakeClock()]
    const before = open(folder, clock)
    await usualDays(before.baselines, clock)
    writeFileSync(join(folder, 'habits.json'), JSON.stringify(before.baselines.snapshot()))
    const { baselines, file } = open(folder, clock)
    await file.open()
    assert.equal(baselines.count('forum', 1000)?.usual, 10)
    await file.close()
    assert.equal(existsSync(join(folder, 'habits.json')), false)
  })
  test('that is damaged is forgotten, and written anew', async t => {
    const [folder, clock] = [folderFor(t), new FakeClock()]
    writeFileSync(join(folder, 'volume.json'), '{"forum":')
    const { baselines, file } = open(folder, clock)
    await file.open()
    baselines.count('forum', 10)
    await file.close()
    assert.doesNotThrow(() => JSON.parse(readFileSync(join(folder, 'volume.json'), 'utf8')))
  })
  test('is written a minute after something changed, not before, and not again when nothing did', async t => {
    const [folder, clock] = [folderFor(t), new FakeClock()]
    const { baselines, file } = open(folder, clock)
    const path = join(folder, 'volume.json')
    await file.open()
    baselines.count('forum', 10)
    await clock.advance(MINUTE_MS - 1)
    assert.equal(existsSync(path), false)
    await clock.advance(1)
    await clock.armed(MINUTE_MS)
    assert.deepEqual(Object.keys(JSON.parse(readFileSync(path, 'utf8'))), ['forum'])
    rmSync(path)
    await clock.advance(MINUTE_MS)
    await clock.armed(MINUTE_MS)
    assert.equal(existsSync(path), false)
    await file.close()
    assert.equal(clock.waiting, 0)
  })
  test('that cannot be written is written a minute later', async t => {
    const [folder, clock] = [join(folderFor(t), 'later'), new FakeClock()]
    const { baselines, file } = open(folder, clock)
    await file.open()
    baselines.count('forum', 10)
    await clock.advance(MINUTE_MS)
    await clock.armed(MINUTE_MS)
    mkdirSync(folder)
    await clock.advance(MINUTE_MS)
    await clock.armed(MINUTE_MS)
    assert.equal(existsSync(join(folder, 'volume.json')), true)
    await file.close()
  })
  test('holds at the end what was counted last, also when a write is under way', async t => {
    for (let round = 0; round < 40; round++) {
      const [folder, clock] = [folderFor(t), new FakeClock()]
      const { baselines, file } = open(folder, clock)
      await file.open()
      for (let account = 0; account < 200; account++) baselines.count(`account-${account}`, 10)
      // Its write has begun, and is not waited for.
      await clock.advance(MINUTE_MS)
      baselines.count('last', 10)
      await file.close()
      const kept = JSON.parse(readFileSync(join(folder, 'volume.json'), 'utf8'))
      assert.ok('last' in kept, `round ${round}`)
    }
  })
})
