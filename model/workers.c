#include "model/workers.h"

#include <pthread.h>
#include <stdbool.h>
#include <stdlib.h>
#include <unistd.h>

struct cs_workers {
    size_t n; /* the caller of _run among them */
    pthread_t thread[CS_WORKERS_MAX - 1];
    size_t n_threads; /* that were started */

    pthread_mutex_t lock; /* over all that follows */
    pthread_cond_t begun, done;
    bool over; /* no loop comes any more */
    void (*job)(void *context, size_t k);
    void *context;
    size_t n_jobs, next, n_left; /* of the loop; not begun from here on; not done */
};

/* Does jobs while there are any. Holds the lock, but for the jobs. */
static void work(struct cs_workers *workers)
{
    while (workers->next < workers->n_jobs) {
        const size_t k = workers->next++;

        pthread_mutex_unlock(&workers->lock);
        workers->job(workers->context, k);
        pthread_mutex_lock(&workers->lock);
        if (--workers->n_left == 0)
            pthread_cond_signal(&workers->done);
    }
}

static void *serve(void *arg)
{
    struct cs_workers *workers = arg;

    pthread_mutex_lock(&workers->lock);
    while (!workers->over) {
        work(workers);
        if (!workers->over)
            pthread_cond_wait(&workers->begun, &workers->lock);
    }
    pthread_mutex_unlock(&workers->lock);
    return NULL;
}

enum cs_status cs_workers_new(struct cs_workers **result, size_t n)
{
    struct cs_workers *workers = calloc(1, sizeof *workers);

    CS_REQUIRE(n >= 1 && n <= CS_WORKERS_MAX);
    if (workers == NULL)
        return CS_MEMORY;
    workers->n = n;
    pthread_mutex_init(&workers->lock, NULL);
    pthread_cond_init(&workers->begun, NULL);
    pthread_cond_init(&workers->done, NULL);
    while (workers->n_threads + 1 < n &&
           pthread_create(&workers->thread[workers->n_threads], NULL, serve, workers) ==
               0)
        workers->n_threads++;
    if (workers->n_threads + 1 < n) {
        cs_workers_free(workers);
        return CS_MEMORY;
    }
    *result = workers;
    return CS_OK;
}

void cs_workers_free(struct cs_workers *workers)
{
    if (workers == NULL)
        return;
    pthread_mutex_lock(&workers->lock);
    workers->over = true;
    pthread_cond_broadcast(&workers->begun);
    pthread_mutex_unlock(&workers->lock);
    for (size_t i = 0; i < workers->n_threads; i++)
        pthread_join(workers->thread[i], NULL);
    pthread_cond_destroy(&workers->done);
    pthread_cond_destroy(&workers->begun);
    pthread_mutex_destroy(&workers->lock);
    free(workers);
}

size_t cs_workers_count(const struct cs_workers *workers)
{
    return workers == NULL ? 1 : workers->n;
}

static void run_shared(struct cs_workers *workers, void (*job)(void *context, size_t k),
                       void *context, size_t n_jobs)
{
    pthread_mutex_lock(&workers->lock);
    workers->job = job;
    workers->context = context;
    workers->n_jobs = workers->n_left = n_jobs;
    workers->next = 0;
    pthread_cond_broadcast(&workers->begun);
    work(workers);
    while (workers->n_left > 0)
        pthread_cond_wait(&workers->done, &workers->lock);
    pthread_mutex_unlock(&workers->lock);
}

void cs_workers_run(struct cs_workers *workers, void (*job)(void *context, size_t k),
                    void *context, size_t n_jobs)
{
    if (n_jobs > 1 && cs_workers_count(workers) > 1) {
        run_shared(workers, job, context, n_jobs);
        return;
    }
    for (size_t k = 0; k < n_jobs; k++)
        job(context, k);
}

size_t cs_workers_cores(void)
{
    const long n = sysconf(_SC_NPROCESSORS_ONLN);

    if (n < 1)
        return 1;
    return n < CS_WORKERS_MAX ? (size_t)n : CS_WORKERS_MAX;
}
