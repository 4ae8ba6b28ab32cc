/**
 * PerlReaders: what two other readers of bounces say of whole mails, where their Debian packages are installed:
 * libsisimai-perl, whose collection the mails are, and libmail-deliverystatus-bounceparser-perl. Their installed versions are
 * older than the labels.
 */
import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Half } from './corpus.ts'
import { BOUNCEPARSER, SISIMAI } from './reasons.ts'
import { type ReportJudge, readSisimaiMail, sisimaiMails, type Told } from './report-measure.ts'

interface Said {
  readonly file: string
  readonly reason: string
  readonly hard: boolean
}

const SISIMAI_SCRIPT = `use Sisimai; use JSON;
my $all = Sisimai->make($ARGV[0], delivered => 1, vacation => 1) || [];
print JSON->new->encode([map { { file => $_->origin, reason => $_->reason, hard => $_->softbounce == 0 && $_->reason !~ /^(delivered|feedback|vacation)$/ ? \\1 : \\0 } } @$all]);`

const PARSER_SCRIPT = `use Mail::DeliveryStatus::BounceParser; use JSON;
my @said;
for my $file (glob("$ARGV[0]/*.eml")) {
  my $bounce = eval { open my $in, '<', $file; Mail::DeliveryStatus::BounceParser->new($in) } or next;
  next unless $bounce->is_bounce;
  for my $report ($bounce->reports) {
    my $reason = $report->get('std_reason') || '';
    push @said, { file => $file, reason => $reason, hard => $reason =~ /^(user_unknown|domain_error)$/ ? \\1 : \\0 };
  }
}
print JSON->new->encode(\\@said);`

export function sisimaiOwn(): ReportJudge | undefined {
  return judgeOf(SISIMAI_SCRIPT, (label, reason) => label === reason)
}

export function bounceParserMails(): ReportJudge | undefined {
  return judgeOf(PARSER_SCRIPT, (label, reason) => {
    const [theirs, wanted] = [BOUNCEPARSER[reason], SISIMAI[label]]
    return theirs !== undefined && wanted !== undefined && theirs.codes.some(code => wanted.codes.includes(code))
  })
}

/** undefined: it is not installed. */
function judgeOf(script: string, same: (label: string, reason: string) => boolean): ReportJudge | undefined {
  const folder = mkdtempSync(join(tmpdir(), 'readers-'))
  try {
    for (const half of ['read', 'unread'] satisfies Half[])
      for (const { file } of sisimaiMails(half)) writeFileSync(join(folder, file), readSisimaiMail(file))
    const options = { encoding: 'utf8', maxBuffer: 64 * 1024 * 1024, stdio: 'pipe' } as const
    const said = JSON.parse(execFileSync('perl', ['-e', script, folder], options)) as readonly Said[]
    const byFile = Map.groupBy(said, ({ file }) => file.replace(/^.*\//, ''))
    return file =>
      (byFile.get(file) ?? []).map(
        ({ reason, hard }): Told => ({ hard, saysSame: label => same(label, reason), because: reason }),
      )
  } catch {
    return undefined
  } finally {
    rmSync(folder, { recursive: true })
  }
}
