/**
 * Schema: the tables of the relay's store, as steps from one version to the next.
 *
 * Policy. A step is never changed once it was published; what comes is a step of its own. Each step is one transaction.
 *
 * Not here: what the columns mean (the room that reads and writes them).
 */

/** The step at index n leads to version n + 1. */
export const STEPS: readonly string[] = [
  // account/stored-accounts.ts
  `CREATE TABLE postrider_relay.account (
    name         text COLLATE "C" PRIMARY KEY,
    secret_hash  text NOT NULL,
    senders      text NOT NULL,
    rewrite_from text,
    limits       text
  )`,
  // webhook/records.ts
  `CREATE TABLE postrider_relay.webhook_endpoint (
    id     text COLLATE "C" PRIMARY KEY,
    place  text COLLATE "C" NOT NULL,
    former text COLLATE "C" NOT NULL,
    holder text NOT NULL,
    until  bigint NOT NULL
  );
  CREATE TABLE postrider_relay.webhook_parked (
    endpoint text COLLATE "C" NOT NULL,
    place    text COLLATE "C" NOT NULL,
    after    text COLLATE "C" NOT NULL,
    since    bigint NOT NULL,
    attempts bigint NOT NULL,
    due      bigint NOT NULL,
    PRIMARY KEY (endpoint, place)
  );
  CREATE INDEX webhook_parked_due ON postrider_relay.webhook_parked (endpoint, due);
  CREATE TABLE postrider_relay.webhook_dropped (
    endpoint text COLLATE "C" NOT NULL,
    at       bigint NOT NULL,
    because  text COLLATE "C" NOT NULL,
    after    text COLLATE "C" NOT NULL,
    through  text COLLATE "C" NOT NULL,
    count    bigint NOT NULL,
    PRIMARY KEY (endpoint, at, because)
  )`,
  // key/stored-keys.ts
  `CREATE TABLE postrider_relay.api_key (
    id      text COLLATE "C" PRIMARY KEY,
    digest  text COLLATE "C" NOT NULL UNIQUE,
    name    text NOT NULL,
    account text NOT NULL,
    scopes  text NOT NULL,
    domains text NOT NULL,
    created bigint NOT NULL,
    expires bigint,
    used    bigint
  )`,
  // key/stored-keys.ts
  `ALTER TABLE postrider_relay.api_key ADD COLUMN networks text NOT NULL DEFAULT '[]'`,
  // user/
  `CREATE TABLE postrider_relay.interface_user (
    name        text COLLATE "C" PRIMARY KEY,
    role        text NOT NULL,
    content     bigint NOT NULL,
    language    text NOT NULL,
    secret_hash text NOT NULL,
    created     bigint NOT NULL
  );
  CREATE TABLE postrider_relay.interface_session (
    digest  text COLLATE "C" PRIMARY KEY,
    id      text COLLATE "C" NOT NULL UNIQUE,
    name    text COLLATE "C" NOT NULL,
    created bigint NOT NULL,
    seen    bigint NOT NULL,
    address text NOT NULL,
    agent   text NOT NULL
  );
  CREATE TABLE postrider_relay.login_link (
    digest   text COLLATE "C" PRIMARY KEY,
    name     text COLLATE "C" NOT NULL,
    is_first bigint NOT NULL,
    expires  bigint NOT NULL
  )`,
  // user/audit.ts
  `CREATE TABLE postrider_relay.audit (
    id      text COLLATE "C" PRIMARY KEY,
    at      bigint NOT NULL,
    kind    text NOT NULL,
    who     text NOT NULL,
    address text NOT NULL,
    action  text NOT NULL,
    asked   text NOT NULL,
    status  bigint NOT NULL
  )`,
  // webhook/records.ts
  `ALTER TABLE postrider_relay.webhook_endpoint ADD COLUMN stopped bigint;
  ALTER TABLE postrider_relay.webhook_endpoint ADD COLUMN because text NOT NULL DEFAULT ''`,
  // webhook/stored-endpoints.ts, webhook/delivery-log.ts
  `CREATE TABLE postrider_relay.webhook_stored (
    id       text COLLATE "C" PRIMARY KEY,
    url      text NOT NULL,
    secret   text NOT NULL,
    previous text,
    events   text NOT NULL,
    format   text NOT NULL,
    types    text,
    account  text NOT NULL,
    created  bigint NOT NULL
  );
  CREATE TABLE postrider_relay.webhook_delivery (
    endpoint text COLLATE "C" NOT NULL,
    id       text COLLATE "C" NOT NULL,
    at       bigint NOT NULL,
    event    text NOT NULL,
    type     text NOT NULL,
    attempt  bigint NOT NULL,
    taken    bigint NOT NULL,
    answer   text NOT NULL,
    took     bigint NOT NULL,
    PRIMARY KEY (endpoint, id)
  )`,
  // admission/shared-counts.ts, admission/shared-bans.ts
  `CREATE TABLE postrider_relay.rate_count (
    what text COLLATE "C" NOT NULL,
    name text COLLATE "C" NOT NULL,
    span bigint NOT NULL,
    ends bigint NOT NULL,
    used bigint NOT NULL,
    PRIMARY KEY (what, name, span)
  );
  CREATE TABLE postrider_relay.failed_login (
    id      text COLLATE "C" PRIMARY KEY,
    at      bigint NOT NULL,
    relay   text NOT NULL,
    address text NOT NULL,
    times   bigint NOT NULL
  );
  CREATE INDEX failed_login_at ON postrider_relay.failed_login (at)`,
  // user/provided-users.ts
  `ALTER TABLE postrider_relay.interface_user ADD COLUMN provided bigint NOT NULL DEFAULT 0`,
  // dkim/stored-rotations.ts
  `CREATE TABLE postrider_relay.dkim_rotation (
    domain  text COLLATE "C" NOT NULL,
    number  bigint NOT NULL,
    stage   text NOT NULL,
    begun   bigint NOT NULL,
    since   bigint NOT NULL,
    signed  bigint,
    keys    text NOT NULL,
    former  text NOT NULL,
    looked  bigint,
    missing text NOT NULL,
    PRIMARY KEY (domain, number)
  )`,
]

export const VERSION: number = STEPS.length
