/* ledger_tables.h: the tables of the ledger, of ledger.c alone; docs/LEDGER.md explains
 * them. */
#ifndef CS_PARTY_LEDGER_TABLES_H
#define CS_PARTY_LEDGER_TABLES_H

/* `PRAGMA application_id` says whose file it is ("cosL"), `user_version` which tables. */
#define CS_LEDGER_APPLICATION 0x636f734c
#define CS_LEDGER_VERSION 2
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
    "CREATE TRIGGER charge_stays BEFORE UPDATE OF id, data_set, epsilon, delta ON run"   \
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

#define CS_LEDGER_TABLES CS_LEDGER_RUNS CS_LEDGER_RELEASES CS_LEDGER_SPENT

/* Version 1 did not know of runs without privacy. */
#define CS_LEDGER_FROM_1                                                                 \
    "DROP VIEW spent;"                                                                   \
    "DROP TRIGGER release_stays;"                                                        \
    "DROP TRIGGER release_is_fixed;"                                                     \
    "ALTER TABLE release RENAME TO release_1;"                                           \
    CS_LEDGER_RELEASES                                                                   \
    "INSERT INTO release SELECT * FROM release_1;"                                       \
    "DROP TABLE release_1;"                                                              \
    CS_LEDGER_SPENT

/* Written at each opening: SQLite finds out that it may not write when it does. */
#define CS_LEDGER_MARKS                                                                  \
    "PRAGMA application_id = " CS_LEDGER_TEXT(CS_LEDGER_APPLICATION) ";"                 \
    "PRAGMA user_version = " CS_LEDGER_TEXT(CS_LEDGER_VERSION)
/* clang-format on */

#endif
