/**
 * Sisimai: libsisimai's opinion on the replies, where the Debian package libsisimai-perl is installed. Each reply is given to it
 * as the delivery status notification that a mail server would have made of it (RFC 3464).
 */
import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { printEnhanced } from '../../packages/core/src/model/reply.ts'
import type { Labelled } from './corpus.ts'
import type { Judge } from './measure.ts'

const SCRIPT = `use Sisimai; use JSON;
my $all = Sisimai->make($ARGV[0]) || [];
print JSON->new->encode([map { { origin => $_->origin, reason => $_->reason, soft => $_->softbounce + 0 } } @$all]);`

interface Told {
  readonly origin: string
  readonly reason: string
  /** 1 soft, 0 hard, -1 cannot be told. */
  readonly soft: number
}

/** undefined: it is not installed. */
export function sisimai(replies: readonly Labelled[]): Judge | undefined {
  const folder = mkdtempSync(join(tmpdir(), 'sisimai-'))
  try {
    replies.forEach((one, index) => {
      writeFileSync(join(folder, `${index}.eml`), notification(one))
    })
    const told = JSON.parse(execFileSync('perl', ['-e', SCRIPT, folder], { encoding: 'utf8' })) as readonly Told[]
    const byIndex = new Map(told.map(one => [Number(/(\d+)\.eml$/.exec(one.origin)?.[1]), one]))
    return one => {
      const opinion = byIndex.get(replies.indexOf(one))
      return {
        hard: opinion?.soft === 0,
        permanent: one.reply.code >= 500,
        sameReason: label => opinion?.reason === label,
        because: opinion?.reason ?? 'not read',
      }
    }
  } catch {
    return undefined
  } finally {
    rmSync(folder, { recursive: true })
  }
}

const COMMANDS: Readonly<Record<string, string>> = {
  mail: 'MAIL FROM command',
  rcpt: 'RCPT TO command',
  data: 'DATA command',
  'final-dot': 'end of DATA command',
  ehlo: 'EHLO command',
}

/** As Postfix writes it. */
function notification({ reply, line, host, stage }: Labelled): string {
  const status = reply.enhanced === undefined ? `${String(reply.code)[0]}.0.0` : printEnhanced(reply.enhanced)
  const command = COMMANDS[stage] === undefined ? '' : ` (in reply to ${COMMANDS[stage]})`
  return `From MAILER-DAEMON Thu Jan  1 12:00:00 2026
From: MAILER-DAEMON@example.org (Mail Delivery System)
To: shop@example.org
Subject: Undelivered Mail Returned to Sender
Date: Thu, 1 Jan 2026 12:00:00 +0000
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="b1"
Message-Id: <1@example.org>

--b1
Content-Type: text/plain

This is the mail system at host example.org.

I'm sorry to have to inform you that your message could not
be delivered to one or more recipients. It's attached below.

                   The mail system

<joe@example.com>: host ${host}[192.0.2.1] said: ${line}${command}

--b1
Content-Type: message/delivery-status

Reporting-MTA: dns; example.org
X-Postfix-Queue-ID: 4CF71D8D
X-Postfix-Sender: rfc822; shop@example.org
Arrival-Date: Thu, 1 Jan 2026 12:00:00 +0000 (UTC)

Final-Recipient: rfc822; joe@example.com
Original-Recipient: rfc822;joe@example.com
Action: failed
Status: ${status}
Remote-MTA: dns; ${host}
Diagnostic-Code: smtp; ${line}

--b1
Content-Type: message/rfc822

From: shop@example.org
To: joe@example.com
Subject: Order
Date: Thu, 1 Jan 2026 11:59:00 +0000
Message-Id: <2@example.org>

Text

--b1--
`
}
