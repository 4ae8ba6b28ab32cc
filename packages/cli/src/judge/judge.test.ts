import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import fc from 'fast-check'
import { readAuthenticationResults } from './authentication-results.ts'
import { readHeaders } from './headers.ts'
import { judgeHeaders } from './judge.ts'
import { readReceived } from './received.ts'

const GMAIL = `Delivered-To: you@gmail.com
Received: by 2002:a05:7300:1234:b0:1:2:3 with SMTP id a1csp123;
        Sun, 22 Nov 2026 01:00:04 -0800 (PST)
ARC-Seal: i=1; a=rsa-sha256; t=1795338003; cv=none; d=google.com; s=arc-20240605; b=abc=
ARC-Authentication-Results: i=1; mx.google.com; dkim=pass header.i=@example.com
Return-Path: <news@example.com>
Received: from mail.example.com (mail.example.com. [203.0.113.5])
        by mx.google.com with ESMTPS id x7si123 for <you@gmail.com>
        (version=TLS1_3 cipher=TLS_AES_256_GCM_SHA384 bits=256/256);
        Sun, 22 Nov 2026 01:00:03 -0800 (PST)
Authentication-Results: mx.google.com;
       dkim=pass header.i=@example.com header.s=s1 header.b="ab+c/d";
       spf=pass (google.com: domain of news@example.com designates 203.0.113.5 as permitted sender) smtp.mailfrom=news@example.com;
       dmarc=pass (p=REJECT sp=REJECT dis=NONE) header.from=example.com
Received: from localhost (unknown [127.0.0.1]) by mail.example.com (Postrider) with ESMTPSA id 1;
 Sun, 22 Nov 2026 09:00:00 +0000
From: News <news@example.com>
Subject: Hello

Authentication-Results: forged.example; spf=fail
`

const OUTLOOK = `Received: from DB5EUR01FT010.eop-EUR01.prod.protection.outlook.com
 (2603:10a6:10::cafe) by DB7PR01CA0001.outlook.office365.com with Microsoft SMTP Server
 (version=TLS1_3, cipher=TLS_AES_256_GCM_SHA384) id 15.20; Sun, 22 Nov 2026 09:00:04 +0000
Authentication-Results: spf=fail (sender IP is 203.0.113.5)
 smtp.mailfrom=example.com; dkim=none (message not signed)
 header.d=none;dmarc=fail action=quarantine header.from=example.com;compauth=fail reason=000
Received: from mail.example.com (203.0.113.5) by
 DB5EUR01FT010.mail.protection.outlook.com (10.152.4.1) with Microsoft SMTP
 Server id 15.20 via Frontend Transport; Sun, 22 Nov 2026 09:00:03 +0000
X-Forefront-Antispam-Report: CIP:203.0.113.5;CTRY:DE;LANG:en;SCL:5;SRV:;IPV:NLI;SFV:SPM;H:mail.example.com;CAT:SPOOF;
From: news@example.com
`

const levels = (text: string): Record<string, string> =>
  Object.fromEntries(judgeHeaders(text, 'mail.example.com')!.judged.map(({ id, level }) => [id, level]))

suite('the judgement of a received copy', () => {
  test('a copy at Gmail that passed everything is green, and its hops are told', () => {
    const { from, hops, judged } = judgeHeaders(GMAIL, 'mail.example.com')!
    assert.equal(from, 'example.com')
    assert.deepEqual(Object.fromEntries(judged.map(({ id, level }) => [id, level])), {
      'received.spf': 'ok',
      'received.dkim': 'ok',
      'received.dmarc': 'ok',
      'received.tls': 'ok',
      'received.arc': 'note',
      'received.delay': 'ok',
    })
    assert.equal(hops.length, 3)
    assert.match(judged[3]!.found, /by mx\.google\.com with ESMTPS, TLS: TLSv1\.3/)
  })

  test('a copy at Outlook that failed says each failure, the filter and the fix', () => {
    const { judged } = judgeHeaders(OUTLOOK, 'mail.example.com')!
    assert.deepEqual(levels(OUTLOOK), {
      'received.spf': 'fail',
      'received.dkim': 'warn',
      'received.dmarc': 'fail',
      'received.tls': 'warn',
      'received.spam': 'fail',
      'received.delay': 'ok',
    })
    for (const { level, fix, why } of judged) assert.ok(level === 'ok' || (fix !== undefined && why !== ''))
    assert.match(judged.find(({ id }) => id === 'received.spam')!.found, /level 5, category SPOOF \(spoofing\)/)
    assert.match(judged.find(({ id }) => id === 'received.dmarc')!.found, /compauth=fail reason=000/)
  })

  test('only the topmost Authentication-Results counts: anyone can write one below it (RFC 8601 §5)', () => {
    const forged = `Authentication-Results: mx.test; spf=pass smtp.mailfrom=a@b.test\n${OUTLOOK}`
    assert.equal(levels(forged)['received.spf'], 'ok')
    assert.equal(levels(forged)['received.dmarc'], 'unknown')
  })

  test('a signature of somebody else passes and is not enough', () => {
    const text = 'Authentication-Results: mx.test; dkim=pass header.d=esp.test\nFrom: a@example.com\n'
    const dkim = judgeHeaders(text)!.judged.find(({ id }) => id === 'received.dkim')
    assert.equal(dkim?.level, 'warn')
    assert.match(dkim?.fix ?? '', /keygen example\.com/)
  })

  test('a header without results is told as that, and never as a failure', () => {
    const judged = levels('From: a@example.com\nReceived: by x with SMTP; Sun, 22 Nov 2026 01:00:04 +0000\n')
    assert.equal(judged['received.spf'], 'unknown')
    assert.equal(judged['received.dkim'], 'unknown')
    assert.ok(!Object.values(judged).includes('fail'))
  })

  test('a long stop on the way is told with the hop', () => {
    const slow = GMAIL.replace('01:00:03 -0800', '01:20:03 -0800').replace('01:00:04 -0800', '01:20:04 -0800')
    const delay = judgeHeaders(slow)!.judged.find(({ id }) => id === 'received.delay')
    assert.equal(delay?.level, 'note')
    assert.match(delay?.found ?? '', /1204 s .* before mx\.google\.com/)
  })

  for (const [field, spam] of [
    ['X-Spam-Status: No, score=-2.1 required=5.0', false],
    ['X-Spam-Status: Yes, score=9.1 required=5.0', true],
    ['X-Rspamd-Action: no action', false],
    ['X-Rspamd-Action: add header', true],
    ['X-Apple-MoveToFolder: Junk', true],
    ['X-Gmail-Labels: Inbox,Unread', false],
    ['X-Forefront-Antispam-Report: CIP:1.2.3.4;SCL:1;CAT:NONE;', false],
    ['X-MS-Exchange-Organization-SCL: 6', true],
  ] as const) {
    test(`the filter's note "${field}" is ${spam ? 'spam' : 'no spam'}`, () => {
      assert.equal(levels(`${field}\nFrom: a@b.test\n`)['received.spam'], spam ? 'fail' : 'ok')
    })
  }
})

suite('the reading of pasted headers', () => {
  test('quoted, indented and folded lines are read alike', () => {
    const plain = 'A: one\n two\nB: three\n'
    for (const pasted of [
      plain,
      plain.replace(/^/gm, '    '),
      plain.replace(/^(?=.)/gm, '> '),
      plain.replace(/\n/g, '\r\n'),
    ])
      assert.deepEqual(readHeaders(pasted), [
        { name: 'a', value: 'one two' },
        { name: 'b', value: 'three' },
      ])
  })

  test('an Authentication-Results field without a server (Microsoft) and one with comments everywhere are read', () => {
    const { server, results } = readAuthenticationResults(
      'mx.test (v1; x) 1; spf=pass (a;b) smtp.mailfrom="a;b@x.test"; dkim=fail reason="bad \\"sig\\"" header.d=x.test; none',
    )
    assert.equal(server, 'mx.test')
    assert.deepEqual(
      results.map(({ method, result, properties, comment }) => ({ method, result, properties, comment })),
      [
        { method: 'spf', result: 'pass', properties: { 'smtp.mailfrom': 'a;b@x.test' }, comment: 'a;b' },
        { method: 'dkim', result: 'fail', properties: { reason: 'bad "sig"', 'header.d': 'x.test' }, comment: '' },
      ],
    )
  })

  for (const [line, tls] of [
    ['from a by b with ESMTPS id 1; x', 'yes'],
    ['from a by b with ESMTP id 1; x', 'no'],
    ['from a by b with ESMTPA id 1; x', 'no'],
    ['from a by b (using TLSv1.3 with cipher X) with ESMTPS; x', 'TLSv1.3'],
    ['from a by b with esmtps (TLS1.2) tls X; x', 'TLSv1.2'],
    ['from a by b with ESMTPS (version=TLS1 cipher=X); x', 'TLSv1'],
  ] as const) {
    test(`the hop "${line}" has TLS: ${tls}`, () => assert.equal(readReceived(line).tls, tls))
  }

  test('whatever is pasted, judging it neither throws nor hangs', () => {
    fc.assert(
      fc.property(
        fc.string({ maxLength: 2000 }),
        fc.constantFrom('Authentication-Results: ', 'Received: ', ''),
        (text, name) => {
          judgeHeaders(name + text)
          judgeHeaders(`From: a@b\n${name}${text}`)
        },
      ),
    )
  })
})
