/* journal.h: what a node tells those who watch it on its host: a file of JSON lines.
 *
 * Written only if the operator asks for it (`--watch`), into the folder where the run's
 * outputs are staged, so it goes away with that: at the end of the run, at a failure, at
 * a signal. What a node that was killed left is removed by the next run. Nothing listens:
 * there is no socket, and who watches only reads (party/watched.h).
 *
 * The file is its owner's to read (mode 0600), and the node holds a lock on it while it
 * lives: the system lets go of that however the node ends. docs/WATCH.md has the lines.
 *
 *   Secrecy  stages, times, traffic, resources, what was charged, and losses on private
 *            results (model/curve.h); never a value of a row, never a loss on real rows
 *   Errors   of opening, CS_IO with words. A journal that cannot be written later, on a
 *            full disk say, is given up in silence: the run goes on
 *   Threads  one thread a journal
 */
#ifndef CS_PARTY_JOURNAL_H
#define CS_PARTY_JOURNAL_H

#include <stdint.h>

#include "model/study.h"
#include "protocol/channel.h"

#define CS_JOURNAL_NAME "journal.jsonl"
#define CS_JOURNAL_SCHEMA "cosynth-journal/1"
#define CS_JOURNAL_BYTES_MAX ((size_t)1 << 24) /* of a file that is read */

struct cs_journal {
    int descriptor; /* -1: nobody asked, or given up */
    uint64_t opened_ms, told_ms;
};

/* How far a stage is. */
struct cs_journal_stage {
    const char *name;
    double seconds, done; /* done: share, in [0, 1] */
    bool over;
    const struct cs_traffic *traffic; /* its own; NULL if it said nothing to the peer */
};

void cs_journal_init(struct cs_journal *journal);

/* folder/journal.jsonl, with a first line that says whose run it is. stages: their names
 * in order, up to a NULL. */
CS_MUST_USE enum cs_status cs_journal_open(struct cs_journal *journal, const char *folder,
                                           const struct cs_study *study,
                                           enum cs_party party, const char *const *stages,
                                           struct cs_fault *fault);

/* What the ledger was charged; infinite of an unprotected study. */
void cs_journal_charged(struct cs_journal *journal, double epsilon);

/* Whether it is time for another line on a stage under way: twice a second, more seldom
 * in a run of hours, so that the file stays small. */
bool cs_journal_is_due(const struct cs_journal *journal);
void cs_journal_tell(struct cs_journal *journal, const struct cs_journal_stage *stage);

/* A point of the stage's curve. */
void cs_journal_add(struct cs_journal *journal, const char *stage, double value);

void cs_journal_close(struct cs_journal *journal);

#endif
