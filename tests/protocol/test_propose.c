/* What protocol/propose.h promises, one test for each promise. */
#include "protocol/propose.h"

#include <string.h>

#include "crypto/rng.h"
#include "tests/support/check.h"
#include "tests/support/duet.h"
#include "tests/support/study.h"

enum { ROWS = 50 };

/* The parties propose different numbers of rows. */
static const size_t n_rows[2] = { ROWS, ROWS - 7 };

static struct cs_study *study;
static struct cs_codes own[2], candidates[2][2];
static struct cs_fault fault[2];

static void set_up(void)
{
    struct cs_rng rng;

    cs_rng_init_labelled(&rng, 1, "propose");
    study = cs_test_study(NULL);
    memset(candidates, 0, sizeof candidates);
    memset(fault, 0, sizeof fault);
    for (int p = 0; p < 2; p++) {
        assert_ok(cs_codes_init(&own[p], n_rows[p], study->schema.n_order[p]));
        for (size_t i = 0; i < own[p].n_columns; i++) {
            const size_t column = study->schema.order[p][i];
            const size_t n_codes = study->schema.columns[column].n_codes;

            for (size_t r = 0; r < n_rows[p]; r++)
                cs_codes_column(&own[p], i)[r] =
                    (uint8_t)cs_rng_below(&rng, (uint32_t)n_codes);
        }
    }
}

static void tear_down(void)
{
    for (int p = 0; p < 2; p++) {
        cs_codes_wipe(&own[p]);
        cs_codes_wipe(&candidates[p][0]);
        cs_codes_wipe(&candidates[p][1]);
    }
    cs_study_free(study);
}

static enum cs_status play(struct cs_channel *peer, int role, void *arg)
{
    (void)arg;
    return cs_propose(candidates[role], &own[role], n_rows[!role], &study->schema,
                      (enum cs_party)role, peer);
}

static void run(cs_part part, enum cs_status result[2])
{
    cs_duet_with(part, (void *[]){ NULL, NULL }, result,
                 &(struct cs_duet_options){ .faults = { &fault[0], &fault[1] } });
}

static void both_get_both_parties_rows_over_all_columns(void **state)
{
    enum cs_status result[2];
    static const uint8_t zeros[ROWS];
    (void)state;

    set_up();
    run(play, result);
    for (int at = 0; at < 2; at++) {
        assert_ok(result[at]);
        for (int p = 0; p < 2; p++) {
            assert_int_equal(candidates[at][p].n_rows, n_rows[p]);
            for (size_t c = 0; c < study->schema.n_columns; c++) {
                const uint8_t *want = zeros;

                for (size_t i = 0; i < own[p].n_columns; i++)
                    if (study->schema.order[p][i] == c)
                        want = cs_codes_column(&own[p], i);
                assert_memory_equal(cs_codes_column(&candidates[at][p], c), want,
                                    n_rows[p]);
            }
        }
    }
    tear_down();
}

static void a_code_that_is_none_is_refused_with_words(void **state)
{
    enum cs_status result[2];
    (void)state;

    for (int p = 0; p < 2; p++) {
        set_up();
        const size_t column = study->schema.order[!p][own[!p].n_columns - 1];
        cs_codes_column(&own[!p], own[!p].n_columns - 1)[n_rows[!p] - 1] =
            (uint8_t)study->schema.columns[column].n_codes;
        run(play, result);
        assert_int_equal(result[p], CS_PROTOCOL);
        assert_non_null(strstr(fault[p].text, "out of range"));
        tear_down();
    }
}

static enum cs_status compare(struct cs_channel *peer, int role, void *arg)
{
    uint8_t digest[CS_POPULATION_DIGEST_BYTES];
    (void)arg;

    return cs_propose_agree(digest, &own[role], peer, &fault[role]);
}

static void different_populations_are_a_disagreement_with_words(void **state)
{
    enum cs_status result[2];
    (void)state;

    set_up();
    cs_codes_wipe(&own[1]);
    assert_ok(cs_codes_init(&own[1], own[0].n_rows, own[0].n_columns));
    memcpy(own[1].code, own[0].code, own[0].n_rows * own[0].n_columns);
    run(compare, result);
    assert_ok(result[0]);
    assert_ok(result[1]);

    own[1].code[own[1].n_rows * own[1].n_columns - 1] ^= 1;
    run(compare, result);
    for (int p = 0; p < 2; p++) {
        assert_int_equal(result[p], CS_DISAGREE);
        assert_non_null(strstr(fault[p].text, "different populations"));
    }
    tear_down();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(both_get_both_parties_rows_over_all_columns),
        cmocka_unit_test(a_code_that_is_none_is_refused_with_words),
        cmocka_unit_test(different_populations_are_a_disagreement_with_words),
    };
    return CS_RUN("protocol/propose", tests);
}
