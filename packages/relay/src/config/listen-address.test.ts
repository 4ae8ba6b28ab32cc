import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { parseListenAddress } from './listen-address.ts'

suite('listen addresses', () => {
  test('say host, port and how', () => {
    assert.deepEqual(parseListenAddress('[::]:465/tls'), {
      host: '::',
      port: 465,
      implicitTls: true,
      plainLogin: false,
      startTls: false,
      proxy: false,
    })
    const modes = (text: string) => {
      const { plainLogin, startTls, proxy } = parseListenAddress(text)!
      return [plainLogin, startTls, proxy]
    }
    assert.deepEqual(modes('127.0.0.1:587'), [false, true, false])
    assert.deepEqual(modes('127.0.0.1:587/plain'), [true, false, false])
    assert.deepEqual(modes('127.0.0.1:25/starttls/plain/proxy'), [true, true, true])
  })
  test('others are refused', () => {
    for (const text of [
      '',
      '587',
      'localhost',
      '1.2.3:25',
      '[::1',
      '127.0.0.1:99999',
      '127.0.0.1:25/ssl',
      '127.0.0.1:25/tls/plain',
      '::1:25',
    ]) {
      assert.equal(parseListenAddress(text), undefined, text)
    }
  })
})
