/* channel_mem.c: a transport within one process: two queues under one lock. */
#include <pthread.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "protocol/clock.h"
#include "protocol/transport.h"

enum { QUEUE_BYTES = 4 << 20 };

struct message {
    struct message *next;
    size_t n_bytes;
    uint8_t bytes[];
};

struct queue { /* one direction */
    struct message *first, **last;
    size_t n_bytes;
};

struct pair {
    pthread_mutex_t lock;
    pthread_cond_t changed;
    struct queue to[2]; /* to end i */
    bool closed[2];     /* by end i */
};

struct end {
    struct pair *pair;
    int side;
    struct message *lent; /* what the last recv pointed at */
};

static void append(struct queue *queue, struct message *message)
{
    *queue->last = message;
    queue->last = &message->next;
    queue->n_bytes += message->n_bytes;
}

static struct message *take_first(struct queue *queue)
{
    struct message *message = queue->first;

    queue->first = message->next;
    if (queue->first == NULL)
        queue->last = &queue->first;
    queue->n_bytes -= message->n_bytes;
    return message;
}

static void empty(struct queue *queue)
{
    while (queue->first != NULL)
        free(take_first(queue));
}

static enum cs_status mem_send(void *self, const void *bytes, size_t n_bytes,
                               unsigned wait_ms)
{
    const struct end *end = self;
    struct pair *pair = end->pair;
    struct queue *queue = &pair->to[!end->side];
    struct message *message = malloc(sizeof *message + n_bytes);
    const struct timespec until = cs_clock_after(wait_ms);
    enum cs_status st = CS_OK;
    int waited = 0;

    if (message == NULL)
        return CS_MEMORY;
    message->next = NULL;
    message->n_bytes = n_bytes;
    memcpy(message->bytes, bytes, n_bytes);

    pthread_mutex_lock(&pair->lock);
    while (queue->n_bytes >= QUEUE_BYTES && !pair->closed[!end->side] && waited == 0)
        waited = pthread_cond_timedwait(&pair->changed, &pair->lock, &until);
    if (pair->closed[!end->side])
        st = CS_CLOSED;
    else if (queue->n_bytes >= QUEUE_BYTES)
        st = CS_TIMEOUT;
    else
        append(queue, message);
    pthread_cond_broadcast(&pair->changed);
    pthread_mutex_unlock(&pair->lock);

    if (st != CS_OK)
        free(message);
    return st;
}

static enum cs_status mem_recv(void *self, const uint8_t **bytes, size_t *n_bytes,
                               unsigned wait_ms)
{
    struct end *end = self;
    struct pair *pair = end->pair;
    struct queue *queue = &pair->to[end->side];
    const struct timespec until = cs_clock_after(wait_ms);
    enum cs_status st = CS_OK;
    int waited = 0;

    free(end->lent);
    end->lent = NULL;
    pthread_mutex_lock(&pair->lock);
    while (queue->first == NULL && !pair->closed[!end->side] && waited == 0)
        waited = pthread_cond_timedwait(&pair->changed, &pair->lock, &until);
    if (queue->first != NULL)
        end->lent = take_first(queue);
    else
        st = pair->closed[!end->side] ? CS_CLOSED : CS_TIMEOUT;
    pthread_cond_broadcast(&pair->changed);
    pthread_mutex_unlock(&pair->lock);

    if (st == CS_OK) {
        *bytes = end->lent->bytes;
        *n_bytes = end->lent->n_bytes;
    }
    return st;
}

/* The end that closes last frees what both share. */
static void mem_close(void *self)
{
    struct end *end = self;
    struct pair *pair = end->pair;

    pthread_mutex_lock(&pair->lock);
    pair->closed[end->side] = true;
    const bool last = pair->closed[!end->side];
    pthread_cond_broadcast(&pair->changed);
    pthread_mutex_unlock(&pair->lock);

    if (last) {
        empty(&pair->to[0]);
        empty(&pair->to[1]);
        pthread_cond_destroy(&pair->changed);
        pthread_mutex_destroy(&pair->lock);
        free(pair);
    }
    free(end->lent);
    free(end);
}

static void pair_init(struct pair *pair)
{
    cs_clock_condition_init(&pair->changed);
    pthread_mutex_init(&pair->lock, NULL);
    for (int i = 0; i < 2; i++)
        pair->to[i].last = &pair->to[i].first;
}

enum cs_status cs_transport_mem_pair(struct cs_transport ends[2])
{
    struct pair *pair = calloc(1, sizeof *pair);
    struct end *end[2] = { calloc(1, sizeof *end[0]), calloc(1, sizeof *end[1]) };

    if (pair == NULL || end[0] == NULL || end[1] == NULL) {
        free(pair);
        free(end[0]);
        free(end[1]);
        return CS_MEMORY;
    }
    pair_init(pair);
    for (int i = 0; i < 2; i++) {
        *end[i] = (struct end){ .pair = pair, .side = i };
        ends[i] = (struct cs_transport){
            .send = mem_send, .recv = mem_recv, .close = mem_close, .self = end[i]
        };
    }
    return CS_OK;
}

enum cs_status cs_channel_mem_pair(struct cs_channel *ends[2], unsigned timeout_ms,
                                   struct cs_fault *faults[2])
{
    enum cs_status st = CS_OK;
    struct cs_transport transport[2];

    CS_TRY(cs_transport_mem_pair(transport));
    st = cs_channel_new(&ends[0], transport[0], timeout_ms, faults ? faults[0] : NULL);
    if (st != CS_OK) {
        transport[1].close(transport[1].self);
        goto out;
    }
    st = cs_channel_new(&ends[1], transport[1], timeout_ms, faults ? faults[1] : NULL);
    if (st != CS_OK)
        cs_channel_free(ends[0]);
out:
    return st;
}
