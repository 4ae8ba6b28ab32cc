/** Large and hostile html, and the codes in large texts: looked at in one pass, in bounds that are told. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { htmlAnswer } from './harmless.ts'
import { wholeMessage } from './whole-message.ts'

const DATA = 'data:image/png;base64,'

function related(
  html: string,
  images: Readonly<Record<string, number>>,
): Promise<Awaited<ReturnType<typeof wholeMessage>>> {
  const parts = Object.entries(images).map(
    ([id, octets]) =>
      `--b\r\nContent-Type: image/png\r\nContent-ID: <${id}>\r\nContent-Transfer-Encoding: base64\r\n\r\n${Buffer.alloc(octets, id).toString('base64')}\r\n`,
  )
  return wholeMessage(
    Buffer.from(
      `Content-Type: multipart/related; boundary=b\r\n\r\n--b\r\nContent-Type: text/html\r\n\r\n${html}\r\n${parts.join('')}--b--\r\n`,
    ),
  )
}

/** Processor time, not the clock's: other programs do not count. */
function cpuMs(work: () => unknown): number {
  const before = process.cpuUsage()
  work()
  return process.cpuUsage(before).user / 1000
}

test('each image is found by its whole id, escaped or not', async () => {
  const whole = await related('<img src="cid:a@x"><img src=cid:a%40x><p style="background:url(cid:ab)">cid:abc', {
    'a@x': 3,
    ab: 3,
    a: 3,
  })
  const { body, headers } = htmlAnswer(whole)
  const [one, two] = ['a@x', 'ab'].map(id => DATA + Buffer.alloc(3, id).toString('base64'))
  assert.equal(body.trim(), `<img src="${one}"><img src=${one}><p style="background:url(${two})">cid:abc`)
  assert.equal(headers['x-postrider-left-out'], undefined)
})

test('4 MB of addresses of fifty images cost about what 4 MB of words cost', async () => {
  const images = Object.fromEntries(Array.from({ length: 50 }, (_, i) => [`${i}x`, 15]))
  const addresses = Object.keys(images)
    .map(id => `cid:${id} `)
    .join('')
  const whole = await related(addresses.repeat(Math.floor(4_000_000 / addresses.length)), images)
  htmlAnswer(whole)
  const took = cpuMs(() => htmlAnswer(whole))
  assert.ok(took < 300, `${took} ms`)
  assert.match(htmlAnswer(whole).headers['x-postrider-left-out'] ?? '', /^html, images$/)
})

test('more and larger images than are shown stay addresses, which is told', async () => {
  const ids = Array.from({ length: 53 }, (_, i) => `i${i}`)
  const many = await related(
    ids.map(id => `<img src="cid:${id}">`).join(''),
    Object.fromEntries(ids.map(id => [id, 3])),
  )
  assert.equal(htmlAnswer(many).headers['x-postrider-left-out'], 'images')
  assert.equal(htmlAnswer(many).body.split(DATA).length - 1, 50)
  const large = await related('<img src="cid:l"><img src="cid:s">', { l: 2 * 1024 * 1024, s: 3 })
  assert.equal(htmlAnswer(large).headers['x-postrider-left-out'], 'images')
  assert.match(htmlAnswer(large).body, /src="cid:l"><img src="data:/)
  const often = await related('<img src="cid:o">'.repeat(50_000), { o: 300_000 })
  assert.equal(htmlAnswer(often).headers['x-postrider-left-out'], 'images')
  assert.ok(htmlAnswer(often).body.length < 11 * 1024 * 1024)
})

test('codes are found after words, each text passed once', async () => {
  const read = async (text: string): Promise<readonly string[]> =>
    (await wholeMessage(Buffer.from(`Content-Type: text/plain\r\n\r\n${text}`))).codes
  assert.deepEqual(await read('Your code is AB12-CD34, and the token X7Y8Z'), ['AB12-CD34', 'X7Y8Z'])
  assert.deepEqual(await read(`the code\nAB12, the code${' '.repeat(41)}AB13, no code ab14 AB15`), [])
  assert.deepEqual(await read('code code code Q1-code W2E3'), ['W2E3'])
  for (const text of ['code '.repeat(800_000), `code ${'AAAAAAAA-AAAAAAAA '.repeat(2)}`.repeat(100_000)]) {
    const before = process.cpuUsage()
    assert.deepEqual(await read(text), [])
    const took = process.cpuUsage(before).user / 1000
    assert.ok(took < 600, `${took} ms`)
  }
})
