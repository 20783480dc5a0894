/* Every frame of a whole run, hurt in every way: what becomes of both parties?
 *
 *     test_party_frames        each kind of frame, once in each way
 *     test_party_frames all    each frame of every study; prints the outcomes, as counts
 *
 * docs/HOSTILE.md has the table that both compare with. */
#include <pthread.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/support/check.h"
#include "tests/support/outcomes.h"
#include "tests/support/pause.h"
#include "tests/support/rehearsal.h"

enum {
    FRAMES_MAX = 512,    /* of a run, of both roles */
    HURT_MAX = 4096,     /* runs */
    AT_ONCE = 6,         /* runs: many of them wait */
    PATIENT_MS = 60000,  /* where nobody should have to wait for anybody */
    IMPATIENT_MS = 4000, /* where somebody must */
    LATE_MS = 6000,
    ENDLESS_MS = 40000, /* a run that takes as long has not ended by itself */
};

#define PROTECTED "epsilon: 20, delta: 1.0e-3"
#define UNPROTECTED "epsilon: none, acknowledge: \"these outputs are not private\""
#define LISTED "values: [north, south, west]", "edges: [0, 20, 50, 99]"
#define FOUND "discover: 3", "min: 0, max: 99, bins: 4"

/* Together they have every kind of frame. The quick ones come first. */
static const struct cs_rehearsal_study studies[] = {
    { "aligned", "aligned", UNPROTECTED, "each", "masks", LISTED },
    { "private", "private", UNPROTECTED, "each", "shares", LISTED },
    { "noisy", "aligned", PROTECTED, "joint", "shares", FOUND },
};
enum { N_STUDIES = COUNT(studies) };

struct frame {
    size_t study;
    int role;
    enum cs_frame kind;
    size_t index; /* of this role's frames of this kind */
};

struct script { /* what both say in runs that nobody hurts */
    struct frame frame[N_STUDIES * FRAMES_MAX];
    size_t n, study;
};

struct hurt {
    struct frame frame;
    enum cs_tamper_act act;
    struct cs_rehearsal_end end;
};

struct scene {
    struct cs_rehearsal rehearsal[N_STUDIES];
    struct script script;
    struct cs_outcomes outcomes;
    struct hurt hurt[HURT_MAX];
    size_t n, next;
    pthread_mutex_t lock; /* of next */
};

/* ---- the frames of a run ----------------------------------------------------------- */

static void note_frame(void *arg, int role, enum cs_frame kind, const uint8_t *body,
                       size_t n_bytes)
{
    struct script *script = arg;
    struct frame frame = { script->study, role, kind, 0 };
    (void)body;
    (void)n_bytes;

    if (kind == CS_FRAME_HEARTBEAT)
        return;
    for (size_t i = 0; i < script->n; i++) {
        const struct frame *other = &script->frame[i];

        frame.index +=
            other->study == frame.study && other->role == role && other->kind == kind;
    }
    CS_REQUIRE(script->n < COUNT(script->frame));
    script->frame[script->n++] = frame;
}

static bool is_whole(const struct cs_rehearsal_end *end)
{
    bool whole = true;

    for (int p = 0; p < 2; p++)
        whole = whole && end->st[p] == CS_OK && end->outputs[p] == CS_OUTPUTS_ALL;
    return whole;
}

static void learn_frames(struct scene *scene)
{
    const struct cs_tamper tamper = { .seen = note_frame, .arg = &scene->script };

    for (size_t i = 0; i < N_STUDIES; i++) {
        struct cs_rehearsal_end end;

        scene->script.study = i;
        cs_rehearsal_open(&scene->rehearsal[i], &studies[i]);
        cs_rehearsal_run(&end, &scene->rehearsal[i], &tamper, PATIENT_MS);
        if (!is_whole(&end))
            fail_msg("%s: %s / %s", studies[i].name, end.fault[0].text,
                     end.fault[1].text);
    }
}

static struct scene *scene_new(void)
{
    struct scene *scene = calloc(1, sizeof *scene);

    assert_non_null(scene);
    pthread_mutex_init(&scene->lock, NULL);
    cs_outcomes_read(&scene->outcomes);
    learn_frames(scene);
    return scene;
}

static void scene_free(struct scene *scene)
{
    for (size_t i = 0; i < N_STUDIES; i++)
        cs_rehearsal_close(&scene->rehearsal[i]);
    cs_outcomes_wipe(&scene->outcomes);
    pthread_mutex_destroy(&scene->lock);
    free(scene);
}

/* ---- runs that are hurt ------------------------------------------------------------ */

static void add_hurt(struct scene *scene, const struct frame *frame,
                     enum cs_tamper_act act)
{
    assert_true(scene->n < HURT_MAX);
    scene->hurt[scene->n++] = (struct hurt){ .frame = *frame, .act = act };
}

static bool waits(enum cs_tamper_act act)
{
    return act == CS_TAMPER_LOSE || act == CS_TAMPER_DELAY || act == CS_TAMPER_SWAP;
}

static void run_one(struct hurt *hurt, const struct scene *scene)
{
    const struct frame *frame = &hurt->frame;
    const struct cs_tamper tamper = {
        .act = hurt->act,
        .role = frame->role,
        .kind = frame->kind,
        .index = frame->index,
        .at = 7 * frame->index,
        .delay_ms = LATE_MS,
    };

    cs_rehearsal_run(&hurt->end, &scene->rehearsal[frame->study], &tamper,
                     waits(hurt->act) ? IMPATIENT_MS : PATIENT_MS);
}

static struct hurt *take_next(struct scene *scene)
{
    pthread_mutex_lock(&scene->lock);
    struct hurt *hurt = scene->next < scene->n ? &scene->hurt[scene->next++] : NULL;
    pthread_mutex_unlock(&scene->lock);
    return hurt;
}

static void *work(void *arg)
{
    struct scene *scene = arg;

    for (struct hurt *hurt; (hurt = take_next(scene)) != NULL;)
        run_one(hurt, scene);
    return NULL;
}

static void run_all(struct scene *scene)
{
    pthread_t thread[AT_ONCE];

    for (size_t i = 0; i < AT_ONCE; i++)
        assert_int_equal(pthread_create(&thread[i], NULL, work, scene), 0);
    for (size_t i = 0; i < AT_ONCE; i++)
        assert_int_equal(pthread_join(thread[i], NULL), 0);
}

/* Whoever ends well has all outputs, whoever does not has none. */
static bool outputs_fit(const struct cs_rehearsal_end *end)
{
    bool fit = true;

    for (int p = 0; p < 2; p++)
        fit = fit &&
              end->outputs[p] == (end->st[p] == CS_OK ? CS_OUTPUTS_ALL : CS_OUTPUTS_NONE);
    return fit;
}

static bool is_right(const struct scene *scene, const struct hurt *hurt)
{
    const struct cs_rehearsal_end *end = &hurt->end;
    const int role = hurt->frame.role;

    return cs_outcomes_allow(&scene->outcomes, hurt->frame.kind, hurt->act,
                             end->st[!role], end->st[role]) &&
           outputs_fit(end) && end->elapsed_ms < cs_patient_ms(ENDLESS_MS);
}

static void say_wrong(const struct hurt *hurt)
{
    const struct frame *frame = &hurt->frame;
    const struct cs_rehearsal_end *end = &hurt->end;

    fprintf(stderr, "%s: %s %zu of %c, %s: %u ms\n", studies[frame->study].name,
            cs_frame_word(frame->kind), frame->index, 'a' + frame->role,
            cs_act_word(hurt->act), end->elapsed_ms);
    for (int p = 0; p < 2; p++)
        fprintf(stderr, "    %c: %s, outputs %d: %s: %s\n", 'a' + p,
                cs_status_word(end->st[p]), end->outputs[p], end->fault[p].stage,
                end->fault[p].text);
}

static size_t count_wrong(const struct scene *scene)
{
    size_t n_wrong = 0;

    for (size_t i = 0; i < scene->n; i++) {
        if (is_right(scene, &scene->hurt[i]))
            continue;
        n_wrong++;
        say_wrong(&scene->hurt[i]);
    }
    return n_wrong;
}

/* ---- as a test --------------------------------------------------------------------- */

/* Frames of a kind, all of one study. */
static size_t find_kind(const struct frame *found[FRAMES_MAX],
                        const struct script *script, enum cs_frame kind)
{
    size_t n = 0;

    for (size_t i = 0; i < script->n && n < FRAMES_MAX; i++) {
        const struct frame *frame = &script->frame[i];

        if (frame->kind == kind && (n == 0 || frame->study == found[0]->study))
            found[n++] = frame;
    }
    return n;
}

/* Those that no run of ours has: what is sent as time passes or at a failure, the studies
 * that differ (tests/protocol/test_hello.c), and what no run has any more. */
static bool is_absent(enum cs_frame kind)
{
    return kind == CS_FRAME_NONE || kind == CS_FRAME_HEARTBEAT ||
           kind == CS_FRAME_ABORT || kind == CS_FRAME_STUDY || kind == CS_FRAME_PERMUTE;
}

static void every_kind_of_frame_ends_as_the_page_says(void **state)
{
    struct scene *scene = scene_new();
    const struct frame *found[FRAMES_MAX];
    (void)state;

    for (enum cs_frame kind = CS_FRAME_NONE; kind <= CS_FRAME_BYE; kind++) {
        const size_t n = find_kind(found, &scene->script, kind);

        if ((n == 0) != is_absent(kind))
            fail_msg("%zu frames of the kind %s", n, cs_frame_word(kind));
        for (enum cs_tamper_act act = CS_TAMPER_LOSE; n > 0 && act <= CS_TAMPER_SWAP;
             act++)
            add_hurt(scene, found[(5 * act + kind) % n], act);
    }
    run_all(scene);
    const size_t n_wrong = count_wrong(scene);
    scene_free(scene);
    assert_int_equal(n_wrong, 0);
}

static void what_the_page_does_not_say_is_noticed(void **state)
{
    struct hurt good = {
        .frame = { .role = 0, .kind = CS_FRAME_OPEN },
        .act = CS_TAMPER_CUT,
        .end = { .st = { CS_ABORTED, CS_PROTOCOL } },
    };
    struct scene *scene = calloc(1, sizeof *scene);
    (void)state;

    assert_non_null(scene);
    cs_outcomes_read(&scene->outcomes);
    assert_true(is_right(scene, &good));
    struct hurt other = good, half = good, endless = good;
    other.end.st[1] = CS_OK;
    other.end.outputs[1] = CS_OUTPUTS_ALL;
    half.end.outputs[0] = CS_OUTPUTS_SOME;
    endless.end.elapsed_ms = cs_patient_ms(ENDLESS_MS);
    assert_false(is_right(scene, &other));
    assert_false(is_right(scene, &half));
    assert_false(is_right(scene, &endless));
    cs_outcomes_wipe(&scene->outcomes);
    free(scene);
}

/* ---- by hand ----------------------------------------------------------------------- */

/* How often each pair of ends came, of one kind of frame and one act. */
static void print_row(const struct scene *scene, enum cs_frame kind,
                      enum cs_tamper_act act)
{
    enum { N = CS_IO + 1 };
    size_t count[N][N] = { { 0 } }, total = 0;

    for (size_t i = 0; i < scene->n; i++) {
        const struct hurt *hurt = &scene->hurt[i];
        const int role = hurt->frame.role;

        if (hurt->frame.kind != kind || hurt->act != act)
            continue;
        count[hurt->end.st[!role]][hurt->end.st[role]]++;
        total++;
    }
    if (total == 0)
        return;
    printf("| %s | %s |", cs_frame_word(kind), cs_act_word(act));
    for (size_t r = 0; r < N; r++)
        for (size_t s = 0; s < N; s++)
            if (count[r][s] > 0)
                printf(" %zu %s / %s", count[r][s], cs_status_word(r), cs_status_word(s));
    puts(" |");
}

static void every_frame_ends_as_the_page_says(void **state)
{
    struct scene *scene = scene_new();
    (void)state;

    for (size_t i = 0; i < scene->script.n; i++)
        for (enum cs_tamper_act act = CS_TAMPER_LOSE; act <= CS_TAMPER_SWAP; act++)
            add_hurt(scene, &scene->script.frame[i], act);
    run_all(scene);
    for (enum cs_frame kind = CS_FRAME_NONE; kind <= CS_FRAME_BYE; kind++)
        for (enum cs_tamper_act act = CS_TAMPER_LOSE; act <= CS_TAMPER_SWAP; act++)
            print_row(scene, kind, act);
    const size_t n_wrong = count_wrong(scene);
    printf("%zu runs, %zu end otherwise than docs/HOSTILE.md says\n", scene->n, n_wrong);
    scene_free(scene);
    assert_int_equal(n_wrong, 0);
}

/* Else each party would charge a run of its own. */
static void parties_that_take_a_run_for_two_find_out(void **state)
{
    const struct cs_tamper altered = { .act = CS_TAMPER_ALTER,
                                       .kind = CS_FRAME_RESUME,
                                       .at = 70 }; /* of 100, from the end: the nonce */
    struct cs_rehearsal rehearsal;
    struct cs_rehearsal_end end;
    (void)state;

    cs_rehearsal_open(&rehearsal, &studies[0]);
    cs_rehearsal_run(&end, &rehearsal, &altered, PATIENT_MS);
    for (int p = 0; p < 2; p++) {
        assert_int_equal(end.st[p], CS_DISAGREE);
        assert_int_equal(end.outputs[p], CS_OUTPUTS_NONE);
    }
    cs_rehearsal_close(&rehearsal);
}

int main(int argc, char **argv)
{
    const struct CMUnitTest some[] = {
        cmocka_unit_test(every_kind_of_frame_ends_as_the_page_says),
        cmocka_unit_test(what_the_page_does_not_say_is_noticed),
        cmocka_unit_test(parties_that_take_a_run_for_two_find_out),
    };
    const struct CMUnitTest all[] = {
        cmocka_unit_test(every_frame_ends_as_the_page_says),
    };

    if (argc == 2 && strcmp(argv[1], "all") == 0)
        return CS_RUN("party/frames, all", all);
    return CS_RUN("party/frames", some);
}
