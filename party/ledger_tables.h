/* ledger_tables.h: the tables of the ledger, for ledger_file.c; docs/LEDGER.md explains
 * them. */
#ifndef CS_PARTY_LEDGER_TABLES_H
#define CS_PARTY_LEDGER_TABLES_H

/* `PRAGMA application_id` says whose file it is ("cosL"), `user_version` which tables. */
#define CS_LEDGER_APPLICATION 0x636f734c
#define CS_LEDGER_VERSION 3
#define CS_LEDGER_QUOTE(x) #x
#define CS_LEDGER_TEXT(x) CS_LEDGER_QUOTE(x)

#define CS_LEDGER_INFINITY                                                               \
    "9e999" /* how SQL writes it: the epsilon of an unprotected run */
#define CS_LEDGER_NOW "(strftime('%Y-%m-%dT%H:%M:%SZ', 'now'))"

/* Digests are text, for whoever reads the file. The triggers are against slips of a hand
 * at the sqlite3 prompt, not against an owner who wants to deceive itself. */
/* clang-format off */
#define CS_LEDGER_RUNS                                                                   \
    "CREATE TABLE run ("                                                                 \
    " id INTEGER PRIMARY KEY AUTOINCREMENT,"                                             \
    " identity TEXT NOT NULL UNIQUE,"                                                    \
    " started TEXT NOT NULL DEFAULT " CS_LEDGER_NOW ","                                  \
    " ended TEXT,"                                                                       \
    " state TEXT NOT NULL DEFAULT 'charged'"                                             \
    "  CHECK (state IN ('charged', 'finished') OR state LIKE 'failed in stage %'),"      \
    " version TEXT NOT NULL,"                                                            \
    " study TEXT NOT NULL,"                                                              \
    " study_digest TEXT NOT NULL,"                                                       \
    " plan_digest TEXT NOT NULL,"                                                        \
    " party TEXT NOT NULL CHECK (party IN ('a', 'b')),"                                  \
    " peer TEXT NOT NULL,"                                                               \
    " data_set TEXT NOT NULL,"                                                           \
    " epsilon REAL NOT NULL CHECK (epsilon >= 0),"                                       \
    " delta REAL NOT NULL CHECK (delta >= 0)"                                            \
    ") STRICT;"                                                                          \
    "CREATE TRIGGER run_stays BEFORE DELETE ON run"                                      \
    " BEGIN SELECT RAISE(ABORT, 'a charge is never taken back'); END;"                   \
    "CREATE TRIGGER charge_stays BEFORE UPDATE OF id, identity, started, version, study," \
    " study_digest, plan_digest, party, peer, data_set, epsilon, delta ON run"           \
    " BEGIN SELECT RAISE(ABORT, 'a charge is never changed'); END;"

#define CS_LEDGER_RELEASES                                                               \
    "CREATE TABLE release ("                                                             \
    " run INTEGER NOT NULL REFERENCES run (id),"                                         \
    " sequence INTEGER NOT NULL,"                                                        \
    " kind TEXT NOT NULL CHECK (kind IN ('table', 'density', 'training')),"              \
    " what TEXT NOT NULL,"                                                               \
    " people_of TEXT NOT NULL CHECK (people_of IN ('a', 'b', 'both')),"                  \
    " zcdp_rho REAL,"                                                                    \
    " sampling_rate REAL, steps INTEGER, sigma REAL,"                                    \
    " charged TEXT NOT NULL DEFAULT " CS_LEDGER_NOW ","                                  \
    " PRIMARY KEY (run, sequence),"                                                      \
    " CHECK (CASE kind WHEN 'training'"                                                  \
    "  THEN zcdp_rho IS NULL AND sampling_rate > 0 AND steps > 0 AND sigma >= 0"         \
    "  ELSE zcdp_rho > 0 AND coalesce(sampling_rate, steps, sigma) IS NULL END)"         \
    ") STRICT;"                                                                          \
    "CREATE TRIGGER release_stays BEFORE DELETE ON release"                              \
    " BEGIN SELECT RAISE(ABORT, 'a charge is never taken back'); END;"                   \
    "CREATE TRIGGER release_is_fixed BEFORE UPDATE ON release"                           \
    " BEGIN SELECT RAISE(ABORT, 'a charge is never changed'); END;"

#define CS_LEDGER_SPENT                                                                  \
    "CREATE VIEW spent AS"                                                               \
    " SELECT data_set, count(*) AS runs, sum(epsilon = " CS_LEDGER_INFINITY ")"          \
    "  AS unprotected, iif(max(epsilon) = " CS_LEDGER_INFINITY ", " CS_LEDGER_INFINITY "," \
    "  sum(epsilon)) AS epsilon, sum(delta) AS delta,"                                   \
    "  min(started) AS first, max(started) AS last"                                      \
    " FROM run GROUP BY data_set;"

/* What party/ledger_chain.h says of them. */
#define CS_LEDGER_CHAIN                                                                  \
    "CREATE TABLE key (mark TEXT NOT NULL) STRICT;"                                      \
    "CREATE TABLE chain ("                                                               \
    " link INTEGER PRIMARY KEY,"                                                         \
    " run INTEGER NOT NULL REFERENCES run (id),"                                         \
    " release INTEGER,"                                                                  \
    " ended TEXT,"                                                                       \
    " state TEXT,"                                                                       \
    " hash TEXT NOT NULL"                                                                \
    ") STRICT;"                                                                          \
    "CREATE TRIGGER link_stays BEFORE DELETE ON chain"                                   \
    " BEGIN SELECT RAISE(ABORT, 'the chain only grows'); END;"                           \
    "CREATE TRIGGER link_is_fixed BEFORE UPDATE ON chain"                                \
    " BEGIN SELECT RAISE(ABORT, 'the chain only grows'); END;"                           \
    "CREATE INDEX links_of_run ON chain (run);"                                          \
    "CREATE INDEX runs_of_data_set ON run (data_set);"

#define CS_LEDGER_TABLES CS_LEDGER_RUNS CS_LEDGER_RELEASES CS_LEDGER_CHAIN CS_LEDGER_SPENT

/* Older ones: version 1 did not know of runs without privacy; version 2 had neither chain
 * nor key nor identities. Nothing of a name without a key is to stay in the file. */
#define CS_LEDGER_SET_ASIDE                                                              \
    "PRAGMA secure_delete = ON;"                                                         \
    "DROP VIEW spent;"                                                                   \
    "DROP TRIGGER run_stays;"                                                            \
    "DROP TRIGGER charge_stays;"                                                         \
    "DROP TRIGGER release_stays;"                                                        \
    "DROP TRIGGER release_is_fixed;"                                                     \
    "ALTER TABLE release RENAME TO older_release;"                                       \
    "ALTER TABLE run RENAME TO older_run;"                                               \
    "ALTER TABLE older_run ADD COLUMN keyed TEXT;"                                       \
    CS_LEDGER_TABLES

#define CS_LEDGER_CARRY_ON                                                               \
    "INSERT INTO run SELECT id, lower(hex(randomblob(16))), started, ended, state,"      \
    " version, study, study_digest, plan_digest, party, peer, keyed, epsilon, delta"     \
    " FROM older_run ORDER BY id;"                                                       \
    "INSERT INTO release SELECT * FROM older_release;"                                   \
    "DROP TABLE older_release;"                                                          \
    "DROP TABLE older_run;"

/* Written at each opening: SQLite finds out that it may not write when it does. */
#define CS_LEDGER_MARKS                                                                  \
    "PRAGMA application_id = " CS_LEDGER_TEXT(CS_LEDGER_APPLICATION) ";"                 \
    "PRAGMA user_version = " CS_LEDGER_TEXT(CS_LEDGER_VERSION)
/* clang-format on */

#endif
