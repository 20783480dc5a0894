/* What protocol/backlog.h promises, and that a carrier's memory is bounded by it. */
#include "protocol/backlog.h"

#include <stdlib.h>
#include <string.h>

#include "crypto/bytes.h"
#include "protocol/carrier.h"
#include "tests/support/check.h"

static void letters_come_in_order_with_room_before_them(void **state)
{
    static const char *const words[] = { "one", "", "three" };
    struct cs_backlog backlog = { NULL, NULL, 0 };
    (void)state;

    for (size_t i = 0; i < COUNT(words); i++)
        assert_non_null(cs_backlog_add(&backlog, 2, words[i], strlen(words[i])));
    for (size_t i = 0; i < COUNT(words); i++) {
        struct cs_letter *letter = cs_backlog_take(&backlog);

        assert_int_equal(letter->n_bytes, 2 + strlen(words[i]));
        assert_memory_equal(letter->bytes + 2, words[i], strlen(words[i]));
        free(letter);
    }
    assert_null(backlog.last);
    assert_int_equal(backlog.n_bytes, 0);
}

/* ---- a peer that says a message without bytes, again and again ------------------ */

enum { GREETING = 1, DATA = 2, GREETING_BYTES = 49, MESSAGES_MAX = 1000000 };

struct flood {
    bool has_greeted;
    uint64_t n_said;
    uint8_t message[CS_CARRIER_HEADER_BYTES + GREETING_BYTES];
};

static enum cs_status swallow(void *self, const void *bytes, size_t n_bytes)
{
    (void)self, (void)bytes, (void)n_bytes;
    return CS_OK;
}

static enum cs_status say_nothing_again(void *self, const uint8_t **bytes,
                                        size_t *n_bytes)
{
    struct flood *flood = self;

    memset(flood->message, 0, sizeof flood->message);
    *bytes = flood->message;
    *n_bytes = flood->has_greeted ? CS_CARRIER_HEADER_BYTES : sizeof flood->message;
    flood->message[0] = flood->has_greeted ? DATA : GREETING;
    if (flood->n_said == MESSAGES_MAX)
        return CS_CLOSED;
    if (flood->has_greeted)
        cs_bytes_put(flood->message + 1, flood->n_said++, 8);
    else
        flood->message[CS_CARRIER_HEADER_BYTES] = 7; /* its id */
    flood->has_greeted = true;
    return CS_OK;
}

static void no_part(void *self, const uint8_t **bytes, size_t *n_bytes)
{
    (void)self;
    *bytes = NULL;
    *n_bytes = 0;
}

static uint64_t heard(void *self)
{
    const struct flood *flood = self;

    return flood->n_said;
}

static void close_nothing(void *self)
{
    (void)self;
}

static enum cs_status one_line(void *self, struct cs_line *line, bool is_wanted)
{
    *line = (struct cs_line){ swallow, say_nothing_again, no_part,
                              heard,   close_nothing,     self };
    return is_wanted ? CS_OK : CS_TIMEOUT;
}

static void wait_not(void *self, unsigned wait_ms)
{
    (void)self, (void)wait_ms;
}

static void messages_without_bytes_fill_the_window_too(void **state)
{
    struct flood flood = { .has_greeted = false };
    const struct cs_lines lines = { one_line, wait_not, close_nothing, &flood };
    struct cs_fault fault = { .stage = "test" };
    struct cs_transport transport;
    struct cs_rng rng;
    (void)state;

    cs_rng_init_random(&rng);
    const struct cs_carrier_options options = { 30000, 30000, 0, &rng, &fault };
    assert_int_equal(cs_carrier_join(&transport, lines, &options), CS_PROTOCOL);
    assert_non_null(strstr(fault.text, "out of place"));
    assert_in_range(flood.n_said, CS_CARRIER_WINDOW_BYTES / CS_LETTER_COST_BYTES,
                    CS_CARRIER_WINDOW_BYTES / CS_LETTER_COST_BYTES + 2);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(letters_come_in_order_with_room_before_them),
        cmocka_unit_test(messages_without_bytes_fill_the_window_too),
    };
    return CS_RUN("protocol/backlog", tests);
}
