#!/bin/sh
# Run once, by the image of PostgreSQL, as the data of the primary is made.
set -eu
psql --username "$POSTGRES_USER" --dbname postgres --set ON_ERROR_STOP=1 \
  --set password="$(cat /run/secrets/database)" --set replication="$(cat /run/secrets/replication)" <<'SQL'
CREATE ROLE mail LOGIN PASSWORD :'password';
CREATE ROLE replicator LOGIN REPLICATION PASSWORD :'replication';
CREATE DATABASE mail OWNER mail;
-- From the next start on, what is told to be committed is on the disk of the standby too.
ALTER SYSTEM SET synchronous_standby_names = 'ANY 1 (*)';
SQL
echo 'host replication replicator all scram-sha-256' >> "$PGDATA/pg_hba.conf"
