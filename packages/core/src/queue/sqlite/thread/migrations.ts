/**
 * Migrations: the schema of the SQLite queue, an append-only list.
 *
 * The shape, and why.
 * - `job.id` is `message.n * 16384 + place`, and recipients are keyed by job: all rows of a message stand together, and
 *   neither jobs nor recipients need an index by message.
 * - `content` is there exactly while something of the message is open: it is also the list of open messages.
 * - `lane` has a row for each domain and priority that has waiting jobs. `due` is its place in line: never later than its
 *   earliest job would allow, and moved to the end of the line when it was served. Claims read lanes, not jobs.
 * - `stage` holds what was accepted a moment ago by the process that delivers, all of a message in one row: most of it is
 *   delivered before it ever needs to be found (stage.ts). `fact` is the number of its `queued` fact.
 * - The partial indexes hold what waits and what runs, so their size and cost do not depend on history.
 *
 * job.state: 0 waiting, 1 running, 2 held, 3 done. recipient.state: 0 waiting, 1 deferred, 2 delivered, 3 bounced,
 * 4 expired, 5 cancelled.
 */
export const MIGRATIONS: readonly string[] = [
  `
  CREATE TABLE message (
    n INTEGER PRIMARY KEY,
    id TEXT NOT NULL,
    sender TEXT NOT NULL,
    accepted_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    size INTEGER NOT NULL,
    priority INTEGER NOT NULL,
    jobs INTEGER NOT NULL,
    open INTEGER NOT NULL,
    account TEXT,
    held TEXT,
    key TEXT,
    digest TEXT,
    meta TEXT NOT NULL
  ) STRICT;
  CREATE UNIQUE INDEX message_id ON message (id);
  CREATE UNIQUE INDEX message_key ON message (key) WHERE key IS NOT NULL;

  CREATE TABLE content (n INTEGER PRIMARY KEY, bytes BLOB NOT NULL) STRICT;

  CREATE TABLE job (
    id INTEGER PRIMARY KEY,
    domain TEXT NOT NULL,
    priority INTEGER NOT NULL,
    state INTEGER NOT NULL,
    due INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    attempts INTEGER NOT NULL,
    token INTEGER,
    lease_until INTEGER
  ) STRICT;
  CREATE INDEX job_waiting ON job (domain, priority, due) WHERE state = 0;
  CREATE INDEX job_running ON job (lease_until) WHERE state = 1;
  CREATE INDEX job_held ON job (id) WHERE state = 2;
  CREATE INDEX job_expiry ON job (expires_at) WHERE state < 2;

  CREATE TABLE recipient (
    job INTEGER NOT NULL,
    place INTEGER NOT NULL,
    local TEXT NOT NULL,
    state INTEGER NOT NULL,
    attempts INTEGER NOT NULL,
    delay_told INTEGER NOT NULL,
    reply TEXT,
    extra TEXT,
    PRIMARY KEY (job, place)
  ) STRICT, WITHOUT ROWID;

  CREATE TABLE lane (
    domain TEXT NOT NULL,
    priority INTEGER NOT NULL,
    due INTEGER NOT NULL,
    turn INTEGER NOT NULL,
    PRIMARY KEY (domain, priority)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX lane_due ON lane (priority, due, turn);

  CREATE TABLE fact (
    number INTEGER PRIMARY KEY,
    message INTEGER NOT NULL,
    at INTEGER NOT NULL,
    json TEXT NOT NULL
  ) STRICT;
  CREATE INDEX fact_message ON fact (message);

  CREATE TABLE suppression (
    address TEXT PRIMARY KEY,
    until INTEGER NOT NULL,
    json TEXT NOT NULL
  ) STRICT, WITHOUT ROWID;

  CREATE TABLE delivery (
    one INTEGER PRIMARY KEY CHECK (one = 1),
    holder TEXT,
    until INTEGER NOT NULL,
    locked INTEGER NOT NULL
  ) STRICT;
  INSERT INTO delivery VALUES (1, NULL, 0, 0);

  CREATE TABLE tally (
    one INTEGER PRIMARY KEY CHECK (one = 1),
    messages INTEGER NOT NULL,
    recipients INTEGER NOT NULL,
    last_fact INTEGER NOT NULL
  ) STRICT;
  INSERT INTO tally VALUES (1, 0, 0, 0);
  `,
  // What sessions showed of TLS (RFC 8460), apart from messages: counts of a day, and what became of its reports.
  `
  CREATE TABLE tls_count (
    day INTEGER NOT NULL,
    domain TEXT NOT NULL,
    policy TEXT NOT NULL,
    failure TEXT NOT NULL,
    good INTEGER NOT NULL,
    bad INTEGER NOT NULL,
    PRIMARY KEY (day, domain, policy, failure)
  ) STRICT, WITHOUT ROWID;

  CREATE TABLE tls_report (
    day INTEGER NOT NULL,
    domain TEXT NOT NULL,
    due INTEGER,
    json TEXT NOT NULL,
    PRIMARY KEY (day, domain)
  ) STRICT, WITHOUT ROWID;
  `,
  // Which mail sites rest, for processes that do not deliver.
  `
  CREATE TABLE rest (
    site TEXT PRIMARY KEY,
    since INTEGER NOT NULL,
    until INTEGER NOT NULL,
    because TEXT NOT NULL
  ) STRICT, WITHOUT ROWID;
  `,
  // What was just accepted, a row for each message; and the last number that a message ever had.
  `
  CREATE TABLE stage (
    n INTEGER PRIMARY KEY,
    id TEXT NOT NULL,
    sender TEXT NOT NULL,
    accepted_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    size INTEGER NOT NULL,
    priority INTEGER NOT NULL,
    account TEXT,
    meta TEXT NOT NULL,
    domain TEXT NOT NULL,
    recipients TEXT NOT NULL,
    fact INTEGER NOT NULL,
    queued TEXT NOT NULL
  ) STRICT;
  ALTER TABLE delivery ADD COLUMN cleared INTEGER NOT NULL DEFAULT 0;
  ALTER TABLE tally ADD COLUMN last_message INTEGER NOT NULL DEFAULT 0;
  UPDATE tally SET last_message = (SELECT coalesce(max(n), 0) FROM message);
  `,
  // Suppressions say whence they are and since when; those of before are dated by how long each kind lasts.
  `
  UPDATE suppression SET json = json_set(json,
    '$.origin', iif(json ->> '$.failure.code' = 'complained', 'complaint', 'bounce'),
    '$.since', until - CASE json ->> '$.failure.code'
      WHEN 'complained' THEN 31536000000
      WHEN 'user-disabled' THEN 604800000
      WHEN 'no-such-domain' THEN 3600000
      WHEN 'no-mail-host' THEN 3600000
      WHEN 'null-mx' THEN 3600000
      ELSE 2592000000 END);
  ALTER TABLE suppression ADD COLUMN origin TEXT GENERATED ALWAYS AS (json ->> '$.origin') VIRTUAL;
  CREATE INDEX suppression_origin ON suppression (origin, address);
  `,
  // What stands in `content` of a large message is its first block; here are the others (content.ts).
  'CREATE TABLE content_block (id INTEGER PRIMARY KEY, bytes BLOB NOT NULL) STRICT',
  // How we stand with mail sites, in the place of which of them rest.
  `
  CREATE TABLE standing (
    site TEXT NOT NULL,
    key TEXT NOT NULL,
    version INTEGER NOT NULL,
    until INTEGER NOT NULL,
    changed INTEGER NOT NULL,
    body TEXT NOT NULL,
    PRIMARY KEY (site, key)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX standing_changed ON standing (changed);
  INSERT INTO standing SELECT site, 'site', 1, until, since,
    json_object('rest', json_object('since', since, 'until', until, 'because', because)) FROM rest;
  DROP TABLE rest;
    `,
  // How many, where and how fast: a row for each hour and mail site, and then for each day.
  `
  CREATE TABLE statistics (
    day INTEGER NOT NULL,
    hour INTEGER NOT NULL,
    site TEXT NOT NULL,
    total INTEGER NOT NULL,
    accounts TEXT NOT NULL,
    PRIMARY KEY (day, hour, site)
  ) STRICT, WITHOUT ROWID;
  `,
  // Bytes of messages that are done; what is large has its other blocks in `content_block`, as before.
  `
  CREATE TABLE kept (n INTEGER PRIMARY KEY, until INTEGER NOT NULL, size INTEGER NOT NULL, bytes BLOB NOT NULL) STRICT;
  CREATE INDEX kept_until ON kept (until, size);
  `,
  // What receivers report of mail in our name (DMARC aggregate reports), and which reports were counted.
  `
  CREATE TABLE dmarc_count (
    day INTEGER NOT NULL,
    domain TEXT NOT NULL,
    reporter TEXT NOT NULL,
    source TEXT NOT NULL,
    result TEXT NOT NULL,
    count INTEGER NOT NULL,
    PRIMARY KEY (day, domain, reporter, source, result)
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE dmarc_report (
    reporter TEXT NOT NULL,
    id TEXT NOT NULL,
    day INTEGER NOT NULL,
    domain TEXT NOT NULL,
    policy TEXT NOT NULL,
    PRIMARY KEY (reporter, id)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX dmarc_report_day ON dmarc_report (day);
  `,
]
