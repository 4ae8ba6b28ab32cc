/** TablesBeside: the tables of what stands beside messages, each a step of the migrations. */

/** How many, where and how fast: a row for each hour and mail site, and then for each day. */
export const STATISTICS_TABLE = `
  CREATE TABLE statistics (
    day integer NOT NULL,
    hour smallint NOT NULL,
    site text COLLATE "C" NOT NULL,
    total bigint NOT NULL,
    accounts text NOT NULL,
    PRIMARY KEY (day, hour, site)
  );
`

/** Bytes of messages that are done. */
export const KEPT_TABLE = `
  CREATE TABLE kept (n bigint PRIMARY KEY, until bigint NOT NULL, size bigint NOT NULL, bytes bytea NOT NULL);
  ALTER TABLE kept ALTER COLUMN bytes SET STORAGE EXTERNAL;
  CREATE INDEX kept_until ON kept (until, n) INCLUDE (size);
`

/** What receivers report of mail in our name (DMARC aggregate reports), and which reports were counted. */
export const DMARC_TABLES = `
  CREATE TABLE dmarc_count (
    day integer NOT NULL,
    domain text COLLATE "C" NOT NULL,
    reporter text COLLATE "C" NOT NULL,
    source text COLLATE "C" NOT NULL,
    result text COLLATE "C" NOT NULL,
    count bigint NOT NULL,
    PRIMARY KEY (day, domain, reporter, source, result)
  );
  CREATE TABLE dmarc_report (
    reporter text COLLATE "C" NOT NULL,
    id text COLLATE "C" NOT NULL,
    day integer NOT NULL,
    domain text COLLATE "C" NOT NULL,
    policy text NOT NULL,
    PRIMARY KEY (reporter, id)
  );
  CREATE INDEX dmarc_report_day ON dmarc_report (day);
`
