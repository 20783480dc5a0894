/* What party/checkpoint_file.h promises, one test for each promise. */
#include "party/checkpoint_file.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "crypto/secret.h"
#include "party/file.h"
#include "tests/support/check.h"

static const uint8_t ours[CS_BINDING_BYTES] = { 1 }, another[CS_BINDING_BYTES] = { 2 };

struct scene {
    char folder[64];
    struct cs_identity self;
    struct cs_rng secret;
    struct cs_fault fault;
    struct cs_checkpoint_file *file;
};

static void set_up(struct scene *scene)
{
    memset(scene, 0, sizeof *scene);
    strcpy(scene->folder, "/tmp/cosynth-checkpoint-XXXXXX");
    assert_non_null(mkdtemp(scene->folder));
    strcpy(scene->self.key_pem, "a private key");
    cs_rng_init_labelled(&scene->secret, 1, "nonces");
}

static enum cs_status open_it(struct scene *scene, const uint8_t *binding)
{
    cs_checkpoint_file_free(scene->file);
    scene->file = NULL;
    scene->fault = (struct cs_fault){ 0 };
    return cs_checkpoint_file_open(&scene->file, scene->folder, &scene->self, binding,
                                   binding == NULL ? NULL : &scene->secret,
                                   &scene->fault);
}

static void tear_down(struct scene *scene)
{
    cs_checkpoint_file_free(scene->file);
    assert_ok(cs_checkpoint_file_give_up(scene->folder, NULL));
    assert_int_equal(rmdir(scene->folder), 0);
}

static void keep(struct scene *scene, enum cs_step step, uint32_t index, const char *text)
{
    const struct cs_checkpoint_store *store = cs_checkpoint_file_store(scene->file);

    assert_ok(store->keep(store->arg, step, index, (const uint8_t *)text, strlen(text)));
}

static void assert_kept(struct scene *scene, enum cs_step step, uint32_t index,
                        const char *text)
{
    const struct cs_checkpoint_store *store = cs_checkpoint_file_store(scene->file);
    uint8_t *bytes;
    size_t n_bytes;

    assert_ok(store->recall(store->arg, step, index, &bytes, &n_bytes));
    if (text == NULL) {
        assert_null(bytes);
        return;
    }
    assert_non_null(bytes);
    assert_int_equal(n_bytes, strlen(text));
    assert_memory_equal(bytes, text, n_bytes);
    cs_wipe_free(bytes, n_bytes);
}

static bool is_there(const struct scene *scene)
{
    char path[CS_PATH_BYTES];

    assert_ok(cs_file_join(path, scene->folder, CS_CHECKPOINT_NAME, NULL));
    return access(path, F_OK) == 0;
}

static void the_newest_of_a_step_counts_also_for_the_next_process(void **state)
{
    struct scene scene;
    (void)state;

    set_up(&scene);
    assert_ok(open_it(&scene, ours));
    assert_false(is_there(&scene));
    keep(&scene, CS_STEP_RUN, 0, "run");
    keep(&scene, CS_STEP_ROUND, 1, "first");
    keep(&scene, CS_STEP_ROUND, 2, "second");
    keep(&scene, CS_STEP_ROUND, 1, "first again");
    for (int i = 0; i < 2; i++) {
        assert_kept(&scene, CS_STEP_RUN, 0, "run");
        assert_kept(&scene, CS_STEP_ROUND, 1, "first again");
        assert_kept(&scene, CS_STEP_ROUND, 2, "second");
        assert_kept(&scene, CS_STEP_ROUND, 3, NULL);
        assert_int_equal(cs_checkpoint_file_count(scene.file, CS_STEP_ROUND), 2);
        assert_ok(open_it(&scene, ours));
    }
    tear_down(&scene);
}

static void a_run_of_something_else_is_refused_once_it_has_released(void **state)
{
    struct scene scene;
    (void)state;

    set_up(&scene);
    assert_ok(open_it(&scene, ours));
    keep(&scene, CS_STEP_RUN, 0, "run");
    assert_ok(open_it(&scene, another)); /* nothing was lost */
    assert_false(is_there(&scene));
    keep(&scene, CS_STEP_RUN, 0, "run");
    keep(&scene, CS_STEP_OWN, 0, "tables");
    assert_int_equal(open_it(&scene, ours), CS_CONFIG);
    assert_non_null(strstr(scene.fault.text, "--fresh"));
    assert_ok(open_it(&scene, another));
    assert_kept(&scene, CS_STEP_OWN, 0, "tables");
    tear_down(&scene);
}

static void another_nodes_key_opens_nothing(void **state)
{
    struct scene scene;
    (void)state;

    set_up(&scene);
    assert_ok(open_it(&scene, ours));
    keep(&scene, CS_STEP_RUN, 0, "run");
    scene.self.key_pem[0] ^= 1;
    assert_int_equal(open_it(&scene, ours), CS_CONFIG);
    assert_non_null(strstr(scene.fault.text, "another node's key"));
    tear_down(&scene);
}

static void who_looks_changes_nothing(void **state)
{
    struct scene scene, looker;
    (void)state;

    set_up(&scene);
    assert_ok(open_it(&scene, ours));
    keep(&scene, CS_STEP_RUN, 0, "run");
    looker = scene;
    looker.file = NULL;
    assert_ok(open_it(&looker, NULL));
    assert_true(cs_checkpoint_file_is_in_use(looker.file));
    assert_kept(&looker, CS_STEP_RUN, 0, "run");
    cs_checkpoint_file_free(looker.file);
    keep(&scene, CS_STEP_OWN, 0, "tables");
    assert_kept(&scene, CS_STEP_OWN, 0, "tables");
    tear_down(&scene);
}

static void given_up_it_is_gone_unless_a_node_runs(void **state)
{
    struct scene scene;
    (void)state;

    set_up(&scene);
    assert_ok(cs_checkpoint_file_give_up(scene.folder, &scene.fault)); /* none is there */
    assert_ok(open_it(&scene, ours));
    keep(&scene, CS_STEP_OWN, 0, "tables");
    assert_int_equal(cs_checkpoint_file_give_up(scene.folder, &scene.fault), CS_CONFIG);
    cs_checkpoint_file_free(scene.file);
    scene.file = NULL;
    scene.self.key_pem[0] ^= 1; /* no key is needed for that */
    assert_ok(cs_checkpoint_file_give_up(scene.folder, &scene.fault));
    assert_false(is_there(&scene));
    assert_ok(open_it(&scene, ours));
    keep(&scene, CS_STEP_RUN, 0, "run");
    assert_ok(cs_checkpoint_file_remove(scene.file));
    assert_false(is_there(&scene));
    assert_kept(&scene, CS_STEP_RUN, 0, NULL);
    tear_down(&scene);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_newest_of_a_step_counts_also_for_the_next_process),
        cmocka_unit_test(a_run_of_something_else_is_refused_once_it_has_released),
        cmocka_unit_test(another_nodes_key_opens_nothing),
        cmocka_unit_test(who_looks_changes_nothing),
        cmocka_unit_test(given_up_it_is_gone_unless_a_node_runs),
    };
    return CS_RUN("party/checkpoint_file", tests);
}
