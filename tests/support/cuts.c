#include "tests/support/cuts.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "crypto/bytes.h"
#include "protocol/backlog.h"
#include "protocol/clock.h"

enum { GREETING = 1, DATA = 2, RECEIVED_AT = CS_CARRIER_HEADER_BYTES + 32 };

struct wire { /* a line, both ends of it */
    struct cs_cuts *cuts;
    struct cs_backlog to[2];
    struct cs_backlog part_to[2]; /* at most one */
    uint64_t n_heard[2];
    struct cs_letter *lent[2];
    bool is_broken, is_garbled, is_stalled, is_closed[2];
    bool was_busy; /* with something to receive: once is enough */
};

struct end {
    struct wire *wire;
    int side;
};

struct place { /* of one carrier */
    struct cs_cuts *cuts;
    int side;
};

struct cs_cuts {
    struct cs_cut_plan plan;
    pthread_mutex_t lock;
    pthread_cond_t changed;
    size_t n_changes, n_seen[2];
    struct wire *wire;  /* the newest; NULL: none */
    bool waits_for[2];  /* this end has not taken the newest */
    uint64_t n_data[2]; /* the highest number sent, and one */
    size_t n_messages, n_lines;
    struct place place[2];
};

static void wake(struct cs_cuts *cuts)
{
    cuts->n_changes++;
    pthread_cond_broadcast(&cuts->changed);
}

/* ---- one line ------------------------------------------------------------------ */

static bool is_hurt(struct cs_cuts *cuts)
{
    const size_t i = cuts->n_messages++;
    const struct cs_cut_plan *plan = &cuts->plan;

    for (size_t j = 0; j < plan->times; j++)
        if (i == plan->index + j * plan->again)
            return true;
    return false;
}

static void deliver(struct wire *wire, int to, const uint8_t *bytes, size_t n_bytes)
{
    struct cs_letter *letter = cs_backlog_add(&wire->to[to], 0, bytes, n_bytes);

    CS_REQUIRE(letter != NULL);
    if (wire->cuts->plan.act == CS_CUT_PRETEND && bytes[0] == GREETING)
        cs_bytes_put(letter->bytes + RECEIVED_AT, wire->cuts->n_data[to], 8);
}

static void carry(struct wire *wire, int to, const uint8_t *bytes, size_t n_bytes)
{
    const enum cs_cut act = is_hurt(wire->cuts) ? wire->cuts->plan.act : CS_CUT_NONE;

    if (bytes[0] == DATA)
        wire->cuts->n_data[!to] = cs_bytes_get(bytes + 1, 8) + 1;
    wire->is_stalled |= act == CS_CUT_STALL;
    if (act == CS_CUT_PART)
        CS_REQUIRE(cs_backlog_add(&wire->part_to[to], 0, bytes, n_bytes / 2) != NULL);
    if (!wire->is_stalled && act != CS_CUT_LOSE && act != CS_CUT_PART &&
        act != CS_CUT_PRETEND)
        deliver(wire, to, bytes, n_bytes);
    if (act == CS_CUT_REPEAT && bytes[0] == DATA)
        deliver(wire, to, bytes, n_bytes);
    wire->is_garbled |= act == CS_CUT_GARBLE;
    wire->is_broken |= act == CS_CUT_LOSE || act == CS_CUT_PART || act == CS_CUT_AFTER ||
                       act == CS_CUT_PRETEND;
}

static bool is_busy(const struct end *end)
{
    struct wire *wire = end->wire;

    if (wire->cuts->plan.act != CS_CUT_BUSY || end->side == 0 || wire->was_busy)
        return false;
    wire->was_busy = wire->to[1].first != NULL;
    return true;
}

static enum cs_status line_send(void *self, const void *bytes, size_t n_bytes)
{
    const struct end *end = self;
    struct cs_cuts *cuts = end->wire->cuts;
    enum cs_status st = CS_OK;

    pthread_mutex_lock(&cuts->lock);
    if (end->wire->is_broken)
        st = CS_CLOSED;
    else if (is_busy(end))
        st = CS_TIMEOUT;
    else
        carry(end->wire, !end->side, bytes, n_bytes);
    wake(cuts);
    pthread_mutex_unlock(&cuts->lock);
    return st;
}

static enum cs_status line_recv(void *self, const uint8_t **bytes, size_t *n_bytes)
{
    const struct end *end = self;
    struct wire *wire = end->wire;
    enum cs_status st = CS_OK;

    pthread_mutex_lock(&wire->cuts->lock);
    free(wire->lent[end->side]);
    wire->lent[end->side] = NULL;
    if (wire->is_garbled) {
        st = CS_PROTOCOL;
    } else if (wire->to[end->side].first == NULL) {
        st = wire->is_broken ? CS_CLOSED : CS_TIMEOUT;
    } else {
        struct cs_letter *letter = cs_backlog_take(&wire->to[end->side]);
        wire->lent[end->side] = letter;
        wire->n_heard[end->side] += letter->n_bytes;
        *bytes = letter->bytes;
        *n_bytes = letter->n_bytes;
    }
    pthread_mutex_unlock(&wire->cuts->lock);
    return st;
}

static void line_part(void *self, const uint8_t **bytes, size_t *n_bytes)
{
    const struct end *end = self;

    pthread_mutex_lock(&end->wire->cuts->lock);
    const struct cs_letter *part = end->wire->part_to[end->side].first;
    const bool is_next = part != NULL && end->wire->to[end->side].first == NULL;
    *bytes = is_next ? part->bytes : NULL;
    *n_bytes = is_next ? part->n_bytes : 0;
    pthread_mutex_unlock(&end->wire->cuts->lock);
}

static uint64_t line_n_heard(void *self)
{
    const struct end *end = self;

    return end->wire->n_heard[end->side]; /* written by this end alone */
}

static void wire_free(struct wire *wire)
{
    for (int i = 0; i < 2; i++) {
        cs_backlog_wipe(&wire->to[i]);
        cs_backlog_wipe(&wire->part_to[i]);
        free(wire->lent[i]);
    }
    free(wire);
}

static void line_close(void *self)
{
    struct end *end = self;
    struct wire *wire = end->wire;
    struct cs_cuts *cuts = wire->cuts;

    pthread_mutex_lock(&cuts->lock);
    wire->is_broken |= !wire->is_stalled;
    wire->is_closed[end->side] = true;
    const bool is_last = wire->is_closed[!end->side];
    if (cuts->wire == wire && (is_last || cuts->waits_for[!end->side])) {
        cuts->wire = NULL; /* nobody will take it any more */
        cuts->waits_for[0] = cuts->waits_for[1] = false;
        wire_free(wire);
    } else if (is_last) {
        wire_free(wire);
    }
    wake(cuts);
    pthread_mutex_unlock(&cuts->lock);
    free(end);
}

/* ---- where lines come from ----------------------------------------------------- */

static void connect_ends(struct cs_cuts *cuts)
{
    if (cuts->plan.n_lines > 0 && cuts->n_lines == cuts->plan.n_lines)
        return;
    cuts->n_lines++;
    cuts->wire = calloc(1, sizeof *cuts->wire);
    CS_REQUIRE(cuts->wire != NULL);
    cuts->wire->cuts = cuts;
    cuts->waits_for[0] = cuts->waits_for[1] = true;
    wake(cuts);
}

static enum cs_status next(void *self, struct cs_line *line, bool is_wanted)
{
    const struct place *place = self;
    struct cs_cuts *cuts = place->cuts;
    struct end *end = NULL;

    pthread_mutex_lock(&cuts->lock);
    const bool is_taken =
        cuts->wire == NULL || (!cuts->waits_for[0] && !cuts->waits_for[1]);
    if (place->side == 1 && is_wanted && is_taken)
        connect_ends(cuts);
    if (cuts->wire != NULL && cuts->waits_for[place->side]) {
        cuts->waits_for[place->side] = false;
        end = malloc(sizeof *end);
        CS_REQUIRE(end != NULL);
        *end = (struct end){ cuts->wire, place->side };
    }
    pthread_mutex_unlock(&cuts->lock);
    if (end == NULL)
        return CS_TIMEOUT;
    *line = (struct cs_line){ line_send,    line_recv,  line_part,
                              line_n_heard, line_close, end };
    return CS_OK;
}

static void wait_for_change(void *self, unsigned wait_ms)
{
    const struct place *place = self;
    struct cs_cuts *cuts = place->cuts;
    const struct timespec until = cs_clock_after(wait_ms);
    int waited = 0;

    pthread_mutex_lock(&cuts->lock);
    while (cuts->n_seen[place->side] == cuts->n_changes && waited == 0)
        waited = pthread_cond_timedwait(&cuts->changed, &cuts->lock, &until);
    cuts->n_seen[place->side] = cuts->n_changes;
    pthread_mutex_unlock(&cuts->lock);
}

static void close_nothing(void *self)
{
    (void)self;
}

struct cs_cuts *cs_cuts_new(const struct cs_cut_plan *plan)
{
    struct cs_cuts *cuts = calloc(1, sizeof *cuts);

    CS_REQUIRE(cuts != NULL);
    cuts->plan = *plan;
    pthread_mutex_init(&cuts->lock, NULL);
    cs_clock_condition_init(&cuts->changed);
    return cuts;
}

struct cs_lines cs_cuts_lines(struct cs_cuts *cuts, int end)
{
    cuts->place[end] = (struct place){ cuts, end };
    return (struct cs_lines){ next, wait_for_change, close_nothing, &cuts->place[end] };
}

size_t cs_cuts_n_messages(const struct cs_cuts *cuts)
{
    return cuts->n_messages;
}

size_t cs_cuts_n_lines(const struct cs_cuts *cuts)
{
    return cuts->n_lines;
}

void cs_cuts_free(struct cs_cuts *cuts)
{
    if (cuts->wire != NULL)
        wire_free(cuts->wire);
    pthread_cond_destroy(&cuts->changed);
    pthread_mutex_destroy(&cuts->lock);
    free(cuts);
}
