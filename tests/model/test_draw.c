/* What model/draw.h promises, one test for each promise. */
#include "model/draw.h"

#include <string.h>

#include "tests/support/check.h"
#include "tests/support/people.h"

enum { PEOPLE = 1000 };

struct scene {
    struct cs_column columns[PEOPLE_COLUMNS];
    struct cs_schema schema;
    struct cs_codes people;
    struct cs_filter filter;
    struct cs_draw_input input;
    struct cs_draw draw;
};

static int64_t since_edges[] = { 18262, 18300, 18628 };

static void set(struct scene *scene, const char *condition, size_t n_rows)
{
    struct cs_rng rng;

    memset(scene, 0, sizeof *scene);
    scene->schema = cs_people_schema();
    memcpy(scene->columns, scene->schema.columns, sizeof scene->columns);
    scene->columns[PEOPLE_SINCE].edges = since_edges;
    scene->schema.columns = scene->columns;
    cs_rng_init_labelled(&rng, 1, "draw");
    assert_ok(cs_codes_init(&scene->people, PEOPLE, PEOPLE_COLUMNS));
    for (size_t c = 0; c < PEOPLE_COLUMNS; c++)
        for (size_t i = 0; i < PEOPLE; i++)
            cs_codes_column(&scene->people, c)[i] =
                (uint8_t)cs_rng_below(&rng, (uint32_t)scene->columns[c].n_codes);
    assert_ok(cs_filter_init(&scene->filter, &scene->schema, NULL));
    if (condition != NULL)
        assert_ok(cs_filter_add(&scene->filter, condition, NULL));
    scene->input = (struct cs_draw_input){
        &scene->people, PEOPLE, &scene->filter, CS_DRAW_AS_THEY_ARE, n_rows, 5,
    };
}

static void strike(struct scene *scene)
{
    cs_draw_wipe(&scene->draw);
    cs_filter_wipe(&scene->filter);
    cs_codes_wipe(&scene->people);
}

static size_t count_code(const struct scene *scene, size_t column, uint8_t code)
{
    size_t n = 0;

    for (size_t i = 0; i < scene->draw.n_rows; i++)
        n += cs_codes_column(&scene->people, column)[scene->draw.person[i]] == code;
    return n;
}

static void all_drawn_satisfy_the_filter(void **state)
{
    struct scene scene;
    (void)state;

    set(&scene, "region=a, b", 100);
    assert_ok(cs_draw(&scene.draw, &scene.input));
    assert_int_equal(scene.draw.n_rows, 100);
    assert_int_equal(count_code(&scene, PEOPLE_REGION, 1), 100);
    assert_in_range(scene.draw.n_people, 200, 300); /* a quarter of all */
    strike(&scene);
}

/* How often each person was drawn differs by one at most, however many are drawn. */
static void nobody_comes_again_before_all_did(void **state)
{
    struct scene scene;
    (void)state;

    for (size_t n = 1; n < 2500; n += 613) {
        size_t count[PEOPLE] = { 0 }, most = 0, least = SIZE_MAX;

        set(&scene, NULL, n);
        assert_ok(cs_draw(&scene.draw, &scene.input));
        for (size_t i = 0; i < n; i++)
            count[scene.draw.person[i]]++;
        for (size_t i = 0; i < PEOPLE; i++) {
            most = count[i] > most ? count[i] : most;
            least = count[i] < least ? count[i] : least;
        }
        assert_true(most - least <= 1);
        assert_int_equal(scene.draw.n_people, PEOPLE);
        strike(&scene);
    }
}

static void the_seed_decides_who_comes(void **state)
{
    struct scene scene, same, other;
    (void)state;

    set(&scene, "age<30", 50);
    set(&same, "age<30", 50);
    set(&other, "age<30", 50);
    other.input.seed++;
    assert_ok(cs_draw(&scene.draw, &scene.input));
    assert_ok(cs_draw(&same.draw, &same.input));
    assert_ok(cs_draw(&other.draw, &other.input));
    assert_memory_equal(scene.draw.person, same.draw.person, 50 * sizeof(uint32_t));
    assert_memory_not_equal(scene.draw.person, other.draw.person, 50 * sizeof(uint32_t));
    strike(&scene);
    strike(&same);
    strike(&other);
}

/* A third have an age in [18, 65), of whose values 12 of 47 are below 30. */
static void people_in_a_bin_that_satisfies_in_part_are_fewer(void **state)
{
    struct scene scene;
    (void)state;

    set(&scene, "age<30", 10);
    assert_ok(cs_draw(&scene.draw, &scene.input));
    assert_in_range(scene.draw.n_people, 360, 480);
    assert_in_range(count_code(&scene, PEOPLE_AGE, 2), 0, 0);
    strike(&scene);
}

static void balanced_groups_have_as_many_rows(void **state)
{
    struct scene scene;
    (void)state;

    set(&scene, "region!=other", 301);
    scene.input.balance = PEOPLE_REGION;
    memset(cs_codes_column(&scene.people, PEOPLE_REGION), 0, PEOPLE);
    memset(cs_codes_column(&scene.people, PEOPLE_REGION), 3, 20);
    memset(cs_codes_column(&scene.people, PEOPLE_REGION) + 50, 2, 20);
    assert_ok(cs_draw(&scene.draw, &scene.input));
    assert_int_equal(scene.draw.n_groups, 4);
    assert_int_equal(scene.draw.group[0].n_rows, 151);
    assert_int_equal(scene.draw.group[0].n_people, 960);
    assert_int_equal(scene.draw.group[1].n_rows, 0); /* nobody is there */
    assert_int_equal(scene.draw.group[2].n_rows, 0); /* nobody may be */
    assert_int_equal(scene.draw.group[3].n_rows, 150);
    assert_int_equal(scene.draw.group[3].n_people, 20);
    assert_int_equal(count_code(&scene, PEOPLE_REGION, 3), 150);
    strike(&scene);
}

static void nobody_is_drawn_where_nobody_satisfies(void **state)
{
    struct scene scene;
    (void)state;

    set(&scene, "age<18", 10);
    memset(cs_codes_column(&scene.people, PEOPLE_AGE), 2, PEOPLE);
    assert_ok(cs_draw(&scene.draw, &scene.input));
    assert_int_equal(scene.draw.n_people, 0);
    assert_int_equal(scene.draw.n_rows, 0);
    strike(&scene);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(all_drawn_satisfy_the_filter),
        cmocka_unit_test(nobody_comes_again_before_all_did),
        cmocka_unit_test(the_seed_decides_who_comes),
        cmocka_unit_test(people_in_a_bin_that_satisfies_in_part_are_fewer),
        cmocka_unit_test(balanced_groups_have_as_many_rows),
        cmocka_unit_test(nobody_is_drawn_where_nobody_satisfies),
    };
    return CS_RUN("model/draw", tests);
}
