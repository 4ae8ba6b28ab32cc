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
]

export const VERSION: number = STEPS.length
