/* What protocol/joint_noise.h promises, one test for each promise. */
#include "protocol/joint_noise.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "tests/support/check.h"
#include "tests/support/duet.h"
#include "tests/support/record.h"
#include "tests/support/uniform.h"

enum { RECEIVER = 0, SENDER = 1, K = 4, ROOM = 1 << 17 };
enum { FEW = 40, DRAWS = 200, CALLS = 100, MOST = DRAWS * CALLS };

/* Where a party's own bits come from. */
enum bits { AT_RANDOM, ZEROS, ONES };

struct side {
    enum bits bits;
    const struct cs_joint_noise *parts; /* their shares are replaced by the side's own */
    size_t n_parts, n_calls, n_draws;
    uint64_t seed;
    struct cs_fault fault;
    uint32_t share[MOST]; /* of all calls, one after another */
};

static struct side side[2];

/* Of one call: constant bits last for 1024 bytes. */
static struct cs_rng own_bits(const struct side *own, size_t call)
{
    struct cs_rng rng;

    cs_rng_init_labelled(&rng, own->seed + 1000 * call, "own bits");
    if (own->bits != AT_RANDOM) {
        cs_rng_u32(&rng);
        memset(rng.buffer, own->bits == ONES ? 0xff : 0, sizeof rng.buffer);
        rng.used = 0;
    }
    return rng;
}

static enum cs_status call(struct side *own, size_t index, int role, void *ot,
                           struct cs_channel *peer)
{
    struct cs_rng secret = own_bits(own, index);
    struct cs_joint_noise parts[8];
    uint32_t *share = own->share + index * own->n_draws;

    memcpy(parts, own->parts, own->n_parts * sizeof *parts);
    for (size_t i = 0; i < own->n_parts; share += parts[i++].n)
        parts[i].share = share;
    return role == SENDER ? cs_joint_noise_send(parts, own->n_parts, ot, &secret, peer)
                          : cs_joint_noise_recv(parts, own->n_parts, ot, &secret, peer);
}

static enum cs_status play(struct cs_channel *peer, int role, void *arg)
{
    struct side *own = arg;
    struct cs_ot_sender *sender = NULL;
    struct cs_ot_receiver *receiver = NULL;
    struct cs_rng rng;
    enum cs_status st = CS_OK;

    cs_rng_init_labelled(&rng, own->seed, "transfers");
    CS_TRY(role == SENDER ? cs_ot_sender_new(&sender, K, &rng, peer)
                          : cs_ot_receiver_new(&receiver, K, &rng, peer));
    for (size_t i = 0; i < own->n_calls; i++)
        CS_TRY(
            call(own, i, role, role == SENDER ? (void *)sender : (void *)receiver, peer));
out:
    cs_ot_sender_free(sender);
    cs_ot_receiver_free(receiver);
    return st;
}

static void set_up(const struct cs_joint_noise *parts, size_t n_parts, size_t n_calls)
{
    for (int p = 0; p < 2; p++) {
        memset(&side[p], 0, sizeof side[p]);
        side[p].parts = parts;
        side[p].n_parts = n_parts;
        side[p].n_calls = n_calls;
        side[p].seed = 17 + (uint64_t)p;
        for (size_t i = 0; i < n_parts; i++)
            side[p].n_draws += parts[i].n;
        assert_true(n_calls * side[p].n_draws <= MOST);
    }
}

static void run(enum cs_status result[2], const struct cs_tamper *tamper)
{
    cs_duet_tampered(play, (void *[]){ &side[0], &side[1] }, result, tamper,
                     (struct cs_fault *[]){ &side[0].fault, &side[1].fault });
}

static void run_well(const struct cs_tamper *tamper)
{
    enum cs_status result[2];

    run(result, tamper);
    assert_ok(result[0]);
    assert_ok(result[1]);
}

static int32_t drawn(size_t i)
{
    return (int32_t)(side[0].share[i] + side[1].share[i]);
}

/* ---- the twin: the same bits in the clear ------------------------------------------ */

/* The bits of a call, block by block, as a party draws them. */
struct tape {
    struct cs_rng rng;
    struct cs_block bit[ROOM / 128];
};

static void wind(struct tape *tape, size_t n_bits)
{
    cs_rng_bytes(&tape->rng, tape->bit, (n_bits + 127) / 128 * 16);
}

static uint32_t bit_of(const struct tape *tape, size_t i)
{
    return (uint32_t)cs_block_bit(tape->bit[i / 128], i % 128);
}

static struct tape tape[2];

/* Of a call of one part, by xor, or, as nobody should, by and. */
static void noise_of_bits(int32_t *noise, size_t index, const struct cs_joint_noise *part,
                          bool by_and)
{
    const struct cs_binomial *binomial = &part->binomial;
    const size_t n_bits = cs_binomial_bits(binomial), fit = ROOM / n_bits;

    for (int p = 0; p < 2; p++)
        tape[p].rng = own_bits(&side[p], index);
    for (size_t draw = 0; draw < part->n; draw++) {
        const size_t first = draw % fit * n_bits;

        for (int p = 0; p < 2 && first == 0; p++)
            wind(&tape[p], n_bits * (part->n - draw < fit ? part->n - draw : fit));
        noise[draw] = -(int32_t)cs_binomial_reach(binomial);
        for (size_t i = 0; i < n_bits; i++) {
            const uint32_t a = bit_of(&tape[0], first + i),
                           b = bit_of(&tape[1], first + i);

            noise[draw] +=
                (int32_t)(cs_binomial_weight(binomial, i) * (by_and ? a & b : a ^ b));
        }
    }
}

static void shares_add_up_to_the_noise_of_both_parties_bits(void **state)
{
    static const struct cs_joint_noise parts[] = {
        { .binomial = { 0, FEW }, .n = 1 },    { .binomial = { 0, 200 }, .n = 100 },
        { .binomial = { 1, 131 }, .n = 2000 }, { .binomial = { 4, 200 }, .n = 1400 },
        { .binomial = { 9, 500 }, .n = 500 },
    };
    static int32_t noise[MOST];
    (void)state;

    for (size_t i = 0; i < COUNT(parts); i++) {
        set_up(&parts[i], 1, 2);
        run_well(NULL);
        for (size_t c = 0; c < 2; c++) {
            noise_of_bits(noise, c, &parts[i], false);
            for (size_t draw = 0; draw < parts[i].n; draw++)
                assert_int_equal(drawn(c * parts[i].n + draw), noise[draw]);
        }
    }
}

/* ---- the distribution -------------------------------------------------------------- */

/* A chi-square over k degrees as a normal (Wilson and Hilferty, 1931). */
static double normal_of(double chi_square, double k)
{
    const double variance = 2 / (9 * k);

    return (cbrt(chi_square / k) - (1 - variance)) / sqrt(variance);
}

/* Of n values against the distribution; values in a row that together are expected 25
 * times are one class. */
static double misfit(const int32_t *value, size_t n, const struct cs_binomial *binomial)
{
    const int32_t reach = (int32_t)cs_binomial_reach(binomial);
    const size_t n_values = 2 * (size_t)reach + 1;
    size_t *count = calloc(n_values, sizeof *count);
    double *p = NULL, chi_square = 0, k = -1, expected = 0, seen = 0, left = (double)n;

    assert_non_null(count);
    assert_ok(cs_binomial_distribution(&p, binomial));
    for (size_t i = 0; i < n; i++) {
        assert_true(value[i] >= -reach && value[i] <= reach);
        count[value[i] + reach]++;
    }
    for (size_t x = 0; x < n_values; x++) {
        expected += p[x] * (double)n;
        seen += (double)count[x];
        if (expected < 25 || (left - expected < 25 && x + 1 < n_values))
            continue;
        chi_square += (seen - expected) * (seen - expected) / expected;
        left -= expected;
        expected = seen = 0;
        k++;
    }
    free(count);
    free(p);
    return normal_of(chi_square, k);
}

static double misfit_of_run(const struct cs_joint_noise *part, size_t n_calls,
                            enum bits receiver, enum bits sender)
{
    static int32_t value[MOST];

    set_up(part, 1, n_calls);
    side[RECEIVER].bits = receiver;
    side[SENDER].bits = sender;
    run_well(NULL);
    for (size_t i = 0; i < n_calls * part->n; i++)
        value[i] = drawn(i);
    return misfit(value, n_calls * part->n, &part->binomial);
}

static void draws_have_the_distribution(void **state)
{
    (void)state;
    assert_true(misfit_of_run(&(struct cs_joint_noise){ { 0, FEW }, NULL, MOST }, 1,
                              AT_RANDOM, AT_RANDOM) < 5);
    assert_true(misfit_of_run(&(struct cs_joint_noise){ { 2, 130 }, NULL, MOST / 4 }, 1,
                              AT_RANDOM, AT_RANDOM) < 5);
}

/* And the controls: two constants are one, and fair bits combined unfairly are not fair.
 */
static void one_party_s_bits_may_be_anything(void **state)
{
    static const struct cs_joint_noise part = { { 0, FEW }, NULL, DRAWS };
    static int32_t value[MOST];
    (void)state;

    assert_true(misfit_of_run(&part, CALLS, ZEROS, AT_RANDOM) < 5);
    assert_true(misfit_of_run(&part, CALLS, ONES, AT_RANDOM) < 5);
    assert_true(misfit_of_run(&part, CALLS, AT_RANDOM, ZEROS) < 5);
    assert_true(misfit_of_run(&part, CALLS, AT_RANDOM, ONES) < 5);

    assert_true(misfit_of_run(&part, CALLS, ONES, ZEROS) > 100);
    set_up(&part, 1, CALLS);
    for (size_t c = 0; c < CALLS; c++)
        noise_of_bits(value + c * DRAWS, c, &part, true);
    assert_true(misfit(value, MOST, &part.binomial) > 100);
}

/* ---- what a party sees ------------------------------------------------------------- */

/* How often the noise was of one class while something seen was of another. */
struct together {
    double count[4][4];
};

static size_t class_of_noise(int32_t noise)
{
    return noise < -1 ? 0 : noise < 1 ? 1 : noise < 3 ? 2 : 3;
}

/* Of FEW bits at random. */
static size_t class_of_ones(size_t n_ones)
{
    return n_ones < FEW / 2 - 1   ? 0
           : n_ones < FEW / 2 + 1 ? 1
           : n_ones < FEW / 2 + 3 ? 2
                                  : 3;
}

static double dependence(const struct together *seen)
{
    double row[4] = { 0 }, column[4] = { 0 }, all = 0, chi_square = 0;

    for (size_t i = 0; i < 4; i++)
        for (size_t j = 0; j < 4; j++) {
            row[i] += seen->count[i][j];
            column[j] += seen->count[i][j];
            all += seen->count[i][j];
        }
    for (size_t i = 0; i < 4; i++)
        for (size_t j = 0; j < 4; j++) {
            const double expected = row[i] * column[j] / all;
            assert_true(expected > 25);
            chi_square += pow(seen->count[i][j] - expected, 2) / expected;
        }
    return normal_of(chi_square, 9);
}

/* With the party's own bits all zero, the noise is the peer's bits alone. */
static const struct cs_joint_noise plain = { { 0, FEW }, NULL, DRAWS };

static struct cs_record *watch(int who, int sender_of_frames, enum cs_frame kind)
{
    set_up(&plain, 1, CALLS);
    side[who].bits = ZEROS;
    struct cs_record *record = cs_recorded(run_well, sender_of_frames, kind);

    assert_int_equal(record->n_frames, CALLS);
    return record;
}

/* Of a share the lowest bit is that of the party's own bits, which it knows. */
static void share_and_noise_are_independent_for_either_party(void **state)
{
    static uint16_t middle[MOST];
    (void)state;

    for (int who = 0; who < 2; who++) {
        struct together low = { 0 }, high = { 0 };

        free(watch(who, 1 - who,
                   who == SENDER ? CS_FRAME_OT_EXTEND : CS_FRAME_JOINT_NOISE));
        for (size_t i = 0; i < MOST; i++) {
            const size_t class = class_of_noise(drawn(i));
            const uint32_t share = side[who].share[i];

            low.count[class][share >> 1 & 3]++;
            high.count[class][share >> 30]++;
            middle[i] = (uint16_t)(share >> 8);
        }
        assert_true(dependence(&low) < 5);
        assert_true(dependence(&high) < 5);
        assert_true(cs_bytes_are_uniform(middle, sizeof middle));
    }
}

/* The control looks at the words without their masks: they are the peer's bits. */
static void the_words_a_receiver_sees_do_not_depend_on_the_noise(void **state)
{
    struct cs_record *record = watch(RECEIVER, SENDER, CS_FRAME_JOINT_NOISE);
    const uint8_t *word = record->bytes; /* its lowest byte */
    struct together seen = { 0 }, unmasked = { 0 };
    (void)state;

    assert_int_equal(record->n_bytes, (size_t)MOST * FEW * 4);
    assert_true(cs_bytes_are_uniform(record->bytes, record->n_bytes));
    for (size_t c = 0; c < CALLS; c++) {
        struct tape peer = { .rng = own_bits(&side[SENDER], c) };

        wind(&peer, (size_t)DRAWS * FEW);
        for (size_t draw = 0; draw < DRAWS; draw++) {
            const size_t class = class_of_noise(drawn(c * DRAWS + draw));
            size_t ones = 0, bare = 0;

            for (size_t i = 0; i < FEW; i++, word += 4) {
                ones += *word & 1;
                bare += bit_of(&peer, draw * FEW + i);
            }
            seen.count[class][class_of_ones(ones)]++;
            if (class == class_of_ones(bare))
                unmasked.count[0][0]++;
        }
    }
    assert_true(dependence(&seen) < 5);
    assert_true(unmasked.count[0][0] == MOST);
    free(record);
}

/* Of each tree of the extension the first corrections, a bit a transfer. */
static void the_corrections_a_sender_sees_do_not_depend_on_the_noise(void **state)
{
    struct cs_record *record = watch(SENDER, RECEIVER, CS_FRAME_OT_EXTEND);
    const size_t frame_bytes = record->n_bytes / CALLS;
    struct together seen = { 0 };
    (void)state;

    assert_true(cs_bytes_are_uniform(record->bytes, record->n_bytes / 8 * 8));
    for (size_t i = 0; i < MOST; i++) {
        const uint8_t *frame = record->bytes + i / DRAWS * frame_bytes;
        size_t ones = 0;

        for (size_t bit = i % DRAWS * FEW; bit < (i % DRAWS + 1) * FEW; bit++)
            ones += frame[bit / 8] >> bit % 8 & 1;
        seen.count[class_of_noise(drawn(i))][class_of_ones(ones)]++;
    }
    assert_true(dependence(&seen) < 5);
    free(record);
}

/* ---- what is noticed --------------------------------------------------------------- */

static void assert_hurt(struct cs_tamper tamper, int at, const char *words)
{
    enum cs_status result[2];

    set_up(&plain, 1, 2);
    run(result, &tamper);
    assert_int_equal(result[at], CS_PROTOCOL);
    if (strstr(side[at].fault.text, words) == NULL)
        fail_msg("wanted `%s`, got `%s`", words, side[at].fault.text);
}

static void frames_that_are_cut_repeated_or_of_false_transfers_are_found(void **state)
{
    (void)state;
    assert_hurt((struct cs_tamper){ .act = CS_TAMPER_CUT,
                                    .role = SENDER,
                                    .kind = CS_FRAME_JOINT_NOISE },
                RECEIVER, "bytes");
    assert_hurt((struct cs_tamper){ .act = CS_TAMPER_REPEAT,
                                    .role = SENDER,
                                    .kind = CS_FRAME_JOINT_NOISE },
                RECEIVER, "came twice");
    assert_hurt((struct cs_tamper){ .act = CS_TAMPER_ALTER,
                                    .role = RECEIVER,
                                    .kind = CS_FRAME_OT_EXTEND },
                SENDER, "transfers");
}

/* A word that is not made as it should be gives the receiver's bit another odd weight:
 * its noise stays, and is larger. That is what cannot be found by form. */
static void a_false_word_leaves_the_receiver_s_noise_in(void **state)
{
    const struct cs_tamper alter = { .act = CS_TAMPER_ALTER,
                                     .role = SENDER,
                                     .kind = CS_FRAME_JOINT_NOISE };
    static int32_t noise[DRAWS];
    size_t hurt = 0;
    (void)state;

    for (uint64_t seed = 0; seed < 16; seed++) {
        set_up(&plain, 1, 1);
        side[RECEIVER].seed = 100 + seed;
        run_well(&alter);
        noise_of_bits(noise, 0, &plain, false);
        for (size_t i = 0; i + 1 < DRAWS; i++)
            assert_int_equal(drawn(i), noise[i]);
        const int32_t off = drawn(DRAWS - 1) - noise[DRAWS - 1];
        const bool a = bit_of(&tape[RECEIVER], DRAWS * FEW - 1);
        assert_true(a ? abs(off) == 1 << 25 : off == 0);
        hurt += a;
    }
    assert_true(hurt > 0 && hurt < 16);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(shares_add_up_to_the_noise_of_both_parties_bits),
        cmocka_unit_test(draws_have_the_distribution),
        cmocka_unit_test(one_party_s_bits_may_be_anything),
        cmocka_unit_test(share_and_noise_are_independent_for_either_party),
        cmocka_unit_test(the_words_a_receiver_sees_do_not_depend_on_the_noise),
        cmocka_unit_test(the_corrections_a_sender_sees_do_not_depend_on_the_noise),
        cmocka_unit_test(frames_that_are_cut_repeated_or_of_false_transfers_are_found),
        cmocka_unit_test(a_false_word_leaves_the_receiver_s_noise_in),
    };
    return CS_RUN("protocol/joint_noise", tests);
}
