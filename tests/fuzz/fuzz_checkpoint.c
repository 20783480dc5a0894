/* What a node keeps of a run, damaged, as the next session finds it. The input is steps
 * that are kept, {step, index, length in two bytes, bytes}; a byte that is no step; how
 * the file is damaged; and with what:
 *
 *   0        not at all
 *   odd      the rest is the file
 *   even     the next two bytes say where it is cut; then bytes are changed, {where in
 * two bytes, the bits}
 */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "crypto/secret.h"
#include "party/resume.h"
#include "tests/fuzz/fuzz.h"

enum { KEPT_MAX = 8 };

static const uint8_t binding[CS_BINDING_BYTES] = { 1 };
static const struct cs_identity self = { .key_pem = "a private key" };
static struct cs_rng nonces;

struct scene {
    struct cs_fuzz_input *input;
    struct cs_fault fault;
    struct cs_checkpoint_file *file;
    size_t n;
    struct {
        enum cs_step step;
        uint8_t index;
        const uint8_t *bytes; /* of the input */
        size_t n_bytes;
    } kept[KEPT_MAX];
};

/* ---- the folder -------------------------------------------------------------------- */

static char folder[64], path[sizeof folder + sizeof "/" CS_CHECKPOINT_NAME];

static void remove_folder(void)
{
    unlink(path);
    rmdir(folder);
}

/* In memory where there is such a place: steps are synced. */
static void make_folder(void)
{
    if (folder[0] != '\0')
        return;
    strcpy(folder, "/dev/shm/cosynth-fuzz-XXXXXX");
    if (mkdtemp(folder) == NULL) {
        strcpy(folder, "/tmp/cosynth-fuzz-XXXXXX");
        CS_REQUIRE(mkdtemp(folder) != NULL);
    }
    snprintf(path, sizeof path, "%s/" CS_CHECKPOINT_NAME, folder);
    atexit(remove_folder);
}

/* ---- the session before ------------------------------------------------------------ */

static enum cs_status open_it(struct scene *scene, const uint8_t *wanted)
{
    const enum cs_status st =
        cs_checkpoint_file_open(&scene->file, folder, &self, wanted,
                                wanted == NULL ? NULL : &nonces, &scene->fault);

    CS_REQUIRE(st == CS_OK || st == CS_CONFIG);
    return st;
}

static void close_it(struct scene *scene)
{
    cs_checkpoint_file_free(scene->file);
    scene->file = NULL;
}

static void keep(struct scene *scene)
{
    CS_REQUIRE(open_it(scene, binding) == CS_OK);
    const struct cs_checkpoint checkpoint = { .store =
                                                  cs_checkpoint_file_store(scene->file),
                                              .session = { 7 } };
    while (scene->n < KEPT_MAX) {
        const uint8_t step = cs_fuzz_byte(scene->input);

        if (step >= CS_STEPS || scene->input->left == 0)
            break;
        const uint8_t index = cs_fuzz_byte(scene->input);
        size_t n_bytes = cs_fuzz_word(scene->input);
        const uint8_t *bytes = cs_fuzz_bytes(scene->input, &n_bytes);

        CS_REQUIRE(cs_checkpoint_keep(&checkpoint, (enum cs_step)step, index, bytes,
                                      n_bytes) == CS_OK);
        scene->kept[scene->n].step = (enum cs_step)step;
        scene->kept[scene->n].index = index;
        scene->kept[scene->n].bytes = bytes;
        scene->kept[scene->n++].n_bytes = n_bytes;
    }
    close_it(scene);
}

/* ---- between the sessions ---------------------------------------------------------- */

static void replace(struct scene *scene)
{
    const int file = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    size_t n_bytes = scene->input->left;
    const uint8_t *bytes = cs_fuzz_bytes(scene->input, &n_bytes);

    CS_REQUIRE(file >= 0);
    CS_REQUIRE(n_bytes == 0 || write(file, bytes, n_bytes) == (ssize_t)n_bytes);
    close(file);
}

static void flip(int file, off_t at, uint8_t bits)
{
    uint8_t byte;

    if (pread(file, &byte, 1, at) != 1)
        return;
    byte ^= bits;
    CS_REQUIRE(pwrite(file, &byte, 1, at) == 1);
}

static void cut_and_change(struct scene *scene)
{
    const int file = open(path, O_RDWR | O_CLOEXEC);
    const uint16_t cut = cs_fuzz_word(scene->input);

    if (file < 0) /* no step was kept */
        return;
    const off_t n_bytes = lseek(file, 0, SEEK_END);
    CS_REQUIRE(ftruncate(file, cut < n_bytes ? cut : n_bytes) == 0);
    while (scene->input->left > 0) {
        const uint16_t at = cs_fuzz_word(scene->input);

        flip(file, at, cs_fuzz_byte(scene->input));
    }
    close(file);
}

/* Returns whether anything may have changed. */
static bool damage(struct scene *scene)
{
    const uint8_t how = cs_fuzz_byte(scene->input);

    if (how % 2 == 1)
        replace(scene);
    else if (how > 0)
        cut_and_change(scene);
    return how > 0;
}

/* ---- the next session -------------------------------------------------------------- */

static bool was_kept(const struct scene *scene, size_t i, const uint8_t *bytes,
                     size_t n_bytes)
{
    return scene->kept[i].n_bytes == n_bytes &&
           (n_bytes == 0 || memcmp(scene->kept[i].bytes, bytes, n_bytes) == 0);
}

/* A step is gone, or one of those that were kept; the newest, in a file as it was left.
 */
static void recall(const struct scene *scene, size_t k, bool is_damaged)
{
    const struct cs_checkpoint checkpoint = { .store =
                                                  cs_checkpoint_file_store(scene->file) };
    const enum cs_step step = scene->kept[k].step;
    const uint8_t index = scene->kept[k].index;
    uint8_t *bytes;
    size_t n_bytes, newest = k;
    bool is_one = false;

    CS_REQUIRE(cs_checkpoint_recall_some(&bytes, &n_bytes, &checkpoint, step, index) ==
               CS_OK);
    for (size_t i = 0; i < scene->n; i++)
        if (scene->kept[i].step == step && scene->kept[i].index == index) {
            is_one |= bytes != NULL && was_kept(scene, i, bytes, n_bytes);
            newest = i;
        }
    CS_REQUIRE(bytes == NULL || is_one);
    CS_REQUIRE(is_damaged || (bytes != NULL && was_kept(scene, newest, bytes, n_bytes)));
    cs_wipe_free(bytes, n_bytes);
}

static void look(struct scene *scene, const uint8_t *wanted, bool is_damaged)
{
    struct cs_resume_run run;
    size_t n_steps = 0;
    bool found;

    if (open_it(scene, wanted) == CS_OK) {
        for (int step = 0; step < CS_STEPS; step++)
            n_steps += cs_checkpoint_file_count(scene->file, (enum cs_step)step);
        CS_REQUIRE(n_steps <= scene->n);
        for (size_t k = 0; k < scene->n; k++)
            recall(scene, k, is_damaged);
        if (cs_resume_read(&found, &run, scene->file) == CS_OK && found)
            CS_REQUIRE(memchr(run.study, '\0', sizeof run.study) != NULL);
    } else {
        CS_REQUIRE(is_damaged);
    }
    close_it(scene);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct cs_fuzz_input input = { data, size };
    struct scene scene = { .input = &input, .fault = { .stage = "fuzz" } };

    make_folder();
    unlink(path);
    cs_rng_init_labelled(&nonces, 1, "nonces");
    keep(&scene);
    const bool is_damaged = damage(&scene);
    look(&scene, NULL, is_damaged); /* as `cosynth status` does */
    look(&scene, binding, is_damaged);
    cs_fuzz_check_fault(&scene.fault);
    return 0;
}
