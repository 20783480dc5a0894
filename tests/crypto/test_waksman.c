/* What crypto/waksman.h promises, one test for each promise. */
#include "crypto/waksman.h"

#include <stdlib.h>
#include <string.h>

#include "crypto/rng.h"
#include "tests/support/check.h"

enum { MOST = 5000 };

/* One network with a wish, the switches found for it, and what comes out of them. */
static struct {
    struct cs_waksman net;
    uint32_t source[MOST], result[MOST];
    struct cs_block *control;
} play;

static size_t n_blocks(void)
{
    return (play.net.n_switches + 127) / 128;
}

/* Sends input i, of value i, through all switches one after the other. */
static void apply(void)
{
    for (uint32_t i = 0; i < play.net.n_in; i++)
        play.result[i] = i;
    for (size_t number = 0; number < play.net.n_switches; number++) {
        const struct cs_waksman_layer *const layer =
            cs_waksman_layer_of(&play.net, number);
        const size_t p = cs_waksman_place(layer, number - layer->first);
        const size_t q = p + ((size_t)1 << layer->log_stride);
        const uint32_t before[2] = { play.result[p], play.result[q] };
        const uint64_t crossed = cs_block_bit(play.control[number / 128], number % 128);

        play.result[p] = before[crossed];
        play.result[q] = before[!crossed];
    }
}

static size_t n_wrong(void)
{
    size_t wrong = 0;

    for (size_t i = 0; i < play.net.n_out; i++)
        wrong += play.source[i] != CS_WAKSMAN_ANY && play.result[i] != play.source[i];
    return wrong;
}

static void begin(size_t n_in, size_t n_out)
{
    cs_waksman_init(&play.net, n_in, n_out);
    play.control = cs_blocks_new(n_blocks());
    assert_non_null(play.control);
    for (size_t i = 0; i < n_in; i++)
        play.source[i] = (uint32_t)i;
}

static void end(void)
{
    cs_blocks_free(play.control, n_blocks());
}

static void route_and_check(void)
{
    memset(play.control, 0xff, n_blocks() * sizeof *play.control);
    assert_ok(cs_waksman_route_var(play.control, &play.net, play.source));
    apply();
    if (n_wrong() != 0)
        fail_msg("%zu of %zu outputs of %zu inputs are wrong", n_wrong(), play.net.n_out,
                 play.net.n_in);
}

static void shuffle(struct cs_rng *rng)
{
    for (uint32_t i = (uint32_t)play.net.n_in; i > 1; i--) {
        const uint32_t j = cs_rng_below(rng, i), kept = play.source[i - 1];

        play.source[i - 1] = play.source[j];
        play.source[j] = kept;
    }
}

/* The next permutation in lexical order; 0 after the last. */
static int next_permutation(size_t n)
{
    uint32_t *const s = play.source;
    size_t i = n - 1, j = n - 1;

    while (i > 0 && s[i - 1] > s[i])
        i--;
    if (i == 0)
        return 0;
    while (s[j] < s[i - 1])
        j--;
    for (uint32_t kept = s[i - 1]; kept != s[j]; s[j] = kept)
        s[i - 1] = s[j];
    for (j = n - 1; i < j; i++, j--) {
        const uint32_t kept = s[i];

        s[i] = s[j];
        s[j] = kept;
    }
    return 1;
}

/* ---- the network ---------------------------------------------------------------- */

static void a_network_has_as_many_switches_as_the_paper_says(void **state)
{
    size_t n_switches = 0, log = 0;
    (void)state;

    for (size_t n = 1; n <= MOST; n++) {
        while ((size_t)1 << log < n)
            log++;
        n_switches += log;
        cs_waksman_init(&play.net, n, n);
        assert_int_equal(play.net.n_switches, n_switches);
    }
}

static void no_layer_touches_a_place_twice_or_one_beyond_the_last(void **state)
{
    (void)state;

    for (size_t n = 0; n <= 130; n++) {
        cs_waksman_init(&play.net, n, n);
        for (size_t l = 0; l < 2 * play.net.depth; l++) {
            const struct cs_waksman_layer *const layer = &play.net.layer[l];
            uint8_t touched[130] = { 0 };

            for (size_t i = 0; i < layer->n_switches; i++) {
                const size_t p = cs_waksman_place(layer, i);
                const size_t q = p + ((size_t)1 << layer->log_stride);

                assert_true(p < q && q < n);
                assert_int_equal(touched[p]++ + touched[q]++, 0);
            }
        }
    }
}

static void outputs_that_do_not_matter_save_switches(void **state)
{
    struct cs_waksman all;
    (void)state;

    cs_waksman_init(&all, 1340000, 1340000);
    cs_waksman_init(&play.net, 1340000, 1000000);
    assert_true((double)play.net.n_switches < .9 * (double)all.n_switches);
    cs_waksman_init(&play.net, 1340000, 0);
    assert_int_equal(play.net.n_switches, 0);
}

/* ---- routing -------------------------------------------------------------------- */

static void every_permutation_of_a_few_items_is_routed(void **state)
{
    (void)state;

    for (size_t n = 1; n <= 7; n++)
        for (size_t n_out = 0; n_out <= n; n_out++) {
            size_t n_permutations = 0, factorial = 1;

            begin(n, n_out);
            do {
                route_and_check();
                n_permutations++;
            } while (next_permutation(n));
            for (size_t i = 2; i <= n; i++)
                factorial *= i;
            assert_int_equal(n_permutations, factorial);
            end();
        }
}

static void random_permutations_of_any_size_are_routed(void **state)
{
    static const size_t sizes[] = { 0,    1,    2,    3,    15,   16,   17,   31,   33,
                                    100,  127,  128,  129,  255,  257,  1000, 1023, 1024,
                                    1025, 2047, 2049, 3000, 4095, 4097, MOST };
    struct cs_rng rng;
    (void)state;

    cs_rng_init_labelled(&rng, 1, "permutations");
    for (size_t i = 0; i < COUNT(sizes); i++) {
        const size_t n = sizes[i], n_out[] = { n, 3 * n / 4, n / 2, n / 7, n > 0 };

        for (size_t j = 0; j < COUNT(n_out); j++) {
            begin(n, n_out[j]);
            shuffle(&rng);
            route_and_check();
            end();
        }
    }
}

static void an_output_may_be_anything(void **state)
{
    struct cs_rng rng;
    (void)state;

    cs_rng_init_labelled(&rng, 2, "anything");
    for (size_t n = 1; n <= 200; n++) {
        begin(n, n - n / 3);
        shuffle(&rng);
        for (size_t i = 0; i < n; i++)
            if (cs_rng_below(&rng, 3) == 0)
                play.source[i] = CS_WAKSMAN_ANY;
        route_and_check();
        end();
    }
}

/* The control: whichever bit is flipped, two outputs change places. */
static void any_other_control_bit_gives_another_permutation(void **state)
{
    struct cs_rng rng;
    (void)state;

    cs_rng_init_labelled(&rng, 3, "flips");
    for (size_t n = 2; n <= 40; n++) {
        begin(n, n);
        shuffle(&rng);
        route_and_check();
        for (size_t number = 0; number < play.net.n_switches; number++) {
            struct cs_block *const at = &play.control[number / 128];
            uint64_t *const word = number % 128 < 64 ? &at->lo : &at->hi;

            *word ^= (uint64_t)1 << number % 64;
            apply();
            assert_int_equal(n_wrong(), 2);
            *word ^= (uint64_t)1 << number % 64;
        }
        end();
    }
}

static void a_source_used_twice_or_beyond_the_inputs_stops_the_program(void **state)
{
    enum cs_status st = CS_OK;
    (void)state;

    begin(9, 5);
    play.source[4] = 2;
    assert_stops(st = cs_waksman_route_var(play.control, &play.net, play.source));
    play.source[4] = 9;
    assert_stops(st = cs_waksman_route_var(play.control, &play.net, play.source));
    assert_ok(st);
    end();
    assert_stops(cs_waksman_init(&play.net, 8, 9));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_network_has_as_many_switches_as_the_paper_says),
        cmocka_unit_test(no_layer_touches_a_place_twice_or_one_beyond_the_last),
        cmocka_unit_test(outputs_that_do_not_matter_save_switches),
        cmocka_unit_test(every_permutation_of_a_few_items_is_routed),
        cmocka_unit_test(random_permutations_of_any_size_are_routed),
        cmocka_unit_test(an_output_may_be_anything),
        cmocka_unit_test(any_other_control_bit_gives_another_permutation),
        cmocka_unit_test(a_source_used_twice_or_beyond_the_inputs_stops_the_program),
    };
    return CS_RUN("crypto/waksman", tests);
}
