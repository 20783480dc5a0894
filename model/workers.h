/* workers.h: threads that share the jobs of a loop.
 *
 * Which worker does which job, and in what order, is left to chance: a result that should
 * not depend on it comes from jobs that write to places of their own.
 *
 * Ours, and not OpenMP's parallel loops: the thread sanitizer knows the locks in here,
 * and idle workers sleep, where those of OpenMP spin on a core that the other node on
 * this host could use.
 *
 *   NULL       workers that are NULL are the calling thread alone
 *   Ownership  cs_workers_free takes NULL
 *   Errors     CS_MEMORY of _new: no memory, or no more threads
 *   Threads    one loop at a time; signals that the caller of _new blocks, all block
 */
#ifndef CS_MODEL_WORKERS_H
#define CS_MODEL_WORKERS_H

#include <stddef.h>

#include "crypto/status.h"

#define CS_WORKERS_MAX 64

struct cs_workers;

/* n of them, 1 to CS_WORKERS_MAX, the calling thread among them. */
CS_MUST_USE enum cs_status cs_workers_new(struct cs_workers **workers, size_t n);
void cs_workers_free(struct cs_workers *workers);
size_t cs_workers_count(const struct cs_workers *workers);

/* Runs job(context, k) for every k below n_jobs, and returns when all are done. */
void cs_workers_run(struct cs_workers *workers, void (*job)(void *context, size_t k),
                    void *context, size_t n_jobs);

/* How many cores this machine has, at most CS_WORKERS_MAX. */
size_t cs_workers_cores(void);

#endif
