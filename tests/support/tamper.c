#include "tests/support/tamper.h"

#include <pthread.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "protocol/wire.h"
#include "tests/support/pause.h"

static pthread_mutex_t one_at_a_time = PTHREAD_MUTEX_INITIALIZER;

struct wrapped {
    struct cs_transport inner;
    const struct cs_tamper *tamper;
    int role;
    size_t n_matching; /* frames of the wanted kind so far */
    struct cs_wire_room room;
    uint8_t message[CS_MESSAGE_BYTES];
    size_t n_kept; /* SWAP: bytes of message that wait for the next frame, or 0 */
};

static void show(const struct wrapped *self, const struct cs_wire_frame *frame)
{
    if (self->tamper->seen == NULL)
        return;
    pthread_mutex_lock(&one_at_a_time);
    self->tamper->seen(self->tamper->arg, self->role, frame->kind, frame->body,
                       frame->n_bytes);
    pthread_mutex_unlock(&one_at_a_time);
}

static bool is_chosen(struct wrapped *self, const struct cs_wire_frame *frame)
{
    const struct cs_tamper *tamper = self->tamper;

    if (self->role != tamper->role ||
        (tamper->kind != CS_FRAME_NONE && tamper->kind != frame->kind))
        return false;
    return self->n_matching++ == tamper->index;
}

static enum cs_status pass_on(struct wrapped *self, struct cs_wire_frame frame,
                              size_t n_bytes, unsigned wait_ms)
{
    uint8_t *body = (uint8_t *)frame.body; /* in our own room */

    if (self->tamper->act == CS_TAMPER_ALTER)
        body[frame.n_bytes - 1 - self->tamper->at % frame.n_bytes] ^= 1;
    frame.n_bytes -= n_bytes;
    return self->inner.send(self->inner.self, self->message,
                            cs_wire_put_frame(self->message, &frame), wait_ms);
}

static enum cs_status send_twice(struct wrapped *self, const void *bytes, size_t n_bytes,
                                 unsigned wait_ms)
{
    enum cs_status st = self->inner.send(self->inner.self, bytes, n_bytes, wait_ms);

    return st != CS_OK ? st : self->inner.send(self->inner.self, bytes, n_bytes, wait_ms);
}

static enum cs_status keep(struct wrapped *self, const void *bytes, size_t n_bytes)
{
    memcpy(self->message, bytes, n_bytes);
    self->n_kept = n_bytes;
    return CS_OK;
}

/* What was kept goes behind. */
static enum cs_status send_both(struct wrapped *self, const void *bytes, size_t n_bytes,
                                unsigned wait_ms)
{
    const size_t n_kept = self->n_kept;
    enum cs_status st = self->inner.send(self->inner.self, bytes, n_bytes, wait_ms);

    self->n_kept = 0;
    return st != CS_OK
               ? st
               : self->inner.send(self->inner.self, self->message, n_kept, wait_ms);
}

static enum cs_status tamper_send(void *wrapped, const void *bytes, size_t n_bytes,
                                  unsigned wait_ms)
{
    struct wrapped *self = wrapped;
    struct cs_wire_frame frame;

    CS_REQUIRE(cs_wire_get_frame(&frame, &self->room, bytes, n_bytes));
    show(self, &frame);
    enum cs_tamper_act act = is_chosen(self, &frame) ? self->tamper->act : CS_TAMPER_NONE;
    if (frame.n_bytes == 0 && (act == CS_TAMPER_CUT || act == CS_TAMPER_ALTER))
        act = CS_TAMPER_REPEAT;

    switch (act) {
    case CS_TAMPER_LOSE:
        return CS_OK;
    case CS_TAMPER_CUT:
        return pass_on(self, frame, 1, wait_ms);
    case CS_TAMPER_ALTER:
        return pass_on(self, frame, 0, wait_ms);
    case CS_TAMPER_REPEAT:
        return send_twice(self, bytes, n_bytes, wait_ms);
    case CS_TAMPER_DELAY:
        cs_pause_ms(cs_patient_ms(self->tamper->delay_ms));
        break;
    case CS_TAMPER_SWAP:
        return keep(self, bytes, n_bytes);
    case CS_TAMPER_NONE:
        break;
    }
    if (self->n_kept > 0)
        return send_both(self, bytes, n_bytes, wait_ms);
    return self->inner.send(self->inner.self, bytes, n_bytes, wait_ms);
}

static enum cs_status tamper_recv(void *wrapped, const uint8_t **bytes, size_t *n_bytes,
                                  unsigned wait_ms)
{
    struct wrapped *self = wrapped;

    return self->inner.recv(self->inner.self, bytes, n_bytes, wait_ms);
}

static void tamper_close(void *wrapped)
{
    struct wrapped *self = wrapped;

    self->inner.close(self->inner.self);
    free(self->room.bytes);
    free(self);
}

enum cs_status cs_tamper_wrap(struct cs_transport *transport, int role,
                              const struct cs_tamper *tamper)
{
    struct wrapped *self = calloc(1, sizeof *self);

    if (self == NULL)
        return CS_MEMORY;
    self->room.size = CS_WIRE_FRAME_ROOM;
    self->room.bytes = malloc(self->room.size);
    if (self->room.bytes == NULL) {
        free(self);
        return CS_MEMORY;
    }
    self->inner = *transport;
    self->tamper = tamper;
    self->role = role;
    *transport = (struct cs_transport){
        .send = tamper_send, .recv = tamper_recv, .close = tamper_close, .self = self
    };
    return CS_OK;
}
