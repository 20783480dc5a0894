#define _XOPEN_SOURCE 700 /* nftw */

#include "tests/support/rehearsal.h"

#include <dirent.h>
#include <ftw.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "party/job.h"
#include "party/keys.h"
#include "protocol/clock.h"
#include "tests/support/check.h"

enum { PEOPLE = 48, N_OUTPUTS = 8 };

/* ---- files ----------------------------------------------------------------------- */

static FILE *create(const struct cs_rehearsal *rehearsal, const char *name)
{
    char path[128];

    snprintf(path, sizeof path, "%s/%s", rehearsal->folder, name);
    FILE *stream = fopen(path, "w");
    assert_non_null(stream);
    return stream;
}

static void write_study(const struct cs_rehearsal *rehearsal,
                        const struct cs_rehearsal_study *study, char fingerprint[2][128])
{
    FILE *stream = create(rehearsal, "study.yaml");

    fprintf(stream,
            "study: %s\n"
            "link: %s\n"
            "privacy: {%s, noise: %s}\n"
            "arm: {column: arm, test: [test], control: [control]}\n"
            "conversion: {column: bought, converted: [\"yes\"]}\n"
            "columns:\n"
            "  a:\n"
            "    - {name: age, type: integer, min: 0, max: 3}\n"
            "    - {name: arm, type: category, values: [control, test]}\n"
            "    - {name: region, type: category, %s}\n"
            "  b:\n"
            "    - {name: age, type: integer, min: 0, max: 3}\n"
            "    - {name: bought, type: category, values: [\"no\", \"yes\"]}\n"
            "    - {name: spend, type: integer, %s}\n"
            "generator: {kind: vae, latent: 2, layers: [4], epochs: 1, rounds: 2, "
            "train_on: both, aggregation: %s}\n"
            "report: {segment_minimum: 5}\n"
            "parties: {a: {fingerprint: \"%s\"}, b: {fingerprint: \"%s\"}}\n",
            study->name, study->link, study->privacy, study->noise, study->region,
            study->spend, study->aggregation, fingerprint[0], fingerprint[1]);
    assert_int_equal(fclose(stream), 0);
}

static void write_node(const struct cs_rehearsal *rehearsal, enum cs_party party)
{
    FILE *stream = create(rehearsal, party == CS_A ? "a.yaml" : "b.yaml");

    fprintf(stream,
            "party: %c\ndata: %c.csv\nid: id\nkey: key-%c\nlisten: tcp://127.0.0.1:1\n"
            "output: out\nledger: ledger.db\nthreads: 1\nallow_unprotected: true\n"
            "reconnect: 0\n",
            'a' + party, 'a' + party, 'a' + party);
    assert_int_equal(fclose(stream), 0);
}

static void write_rows(const struct cs_rehearsal *rehearsal)
{
    static const char *const region[] = { "north", "south", "west" };
    FILE *a = create(rehearsal, "a.csv"), *b = create(rehearsal, "b.csv");

    fputs("id,age,arm,region\n", a);
    fputs("id,age,bought,spend\n", b);
    for (int i = 0; i < PEOPLE; i++) {
        fprintf(a, "p%d,%d,%s,%s\n", i, i / 3 % 4, i % 2 == 0 ? "control" : "test",
                region[i % 3]);
        fprintf(b, "p%d,%d,%s,%d\n", i, i / 3 % 4, i % 5 < 2 ? "yes" : "no",
                i * 37 % 100);
    }
    assert_int_equal(fclose(a), 0);
    assert_int_equal(fclose(b), 0);
}

static void make_key(char fingerprint[128], const struct cs_rehearsal *rehearsal,
                     enum cs_party party)
{
    struct cs_identity identity;
    struct cs_fault fault;
    char path[128];

    snprintf(path, sizeof path, "%s/key-%c", rehearsal->folder, 'a' + party);
    assert_ok(cs_keys_make(&identity, path, &fault));
    cs_fingerprint_text(fingerprint, identity.fingerprint);
    cs_identity_wipe(&identity);
}

void cs_rehearsal_open(struct cs_rehearsal *rehearsal,
                       const struct cs_rehearsal_study *study)
{
    char fingerprint[2][128];

    strcpy(rehearsal->folder, "/tmp/cosynth-rehearsal-XXXXXX");
    assert_non_null(mkdtemp(rehearsal->folder));
    for (enum cs_party party = CS_A; party <= CS_B; party++) {
        make_key(fingerprint[party], rehearsal, party);
        write_node(rehearsal, party);
    }
    write_study(rehearsal, study, fingerprint);
    write_rows(rehearsal);
}

static int remove_one(const char *path, const struct stat *status, int type,
                      struct FTW *walk)
{
    (void)status;
    (void)type;
    (void)walk;
    return remove(path);
}

static void remove_folder(const char *path)
{
    CS_REQUIRE(nftw(path, remove_one, 8, FTW_DEPTH | FTW_PHYS) == 0);
}

void cs_rehearsal_close(struct cs_rehearsal *rehearsal)
{
    remove_folder(rehearsal->folder);
}

/* ---- a run ----------------------------------------------------------------------- */

struct player {
    struct cs_job_options options;
    struct cs_fault *fault;
    enum cs_status result;
};

static void *play(void *arg)
{
    struct player *player = arg;

    player->result = cs_job_run(&player->options, player->fault);
    return NULL;
}

static void play_both(struct player player[2])
{
    pthread_t thread;

    CS_REQUIRE(pthread_create(&thread, NULL, play, &player[1]) == 0);
    play(&player[0]);
    CS_REQUIRE(pthread_join(thread, NULL) == 0);
}

static void connect_both(struct player player[2], const struct cs_tamper *tamper,
                         unsigned timeout_ms)
{
    struct cs_transport transport[2];

    CS_REQUIRE(cs_transport_mem_pair(transport) == CS_OK);
    for (int role = 0; role < 2; role++) {
        if (tamper != NULL)
            CS_REQUIRE(cs_tamper_wrap(&transport[role], role, tamper) == CS_OK);
        CS_REQUIRE(cs_channel_new(&player[role].options.channel, transport[role],
                                  timeout_ms, player[role].fault) == CS_OK);
    }
}

/* Whether files are in the folder, whatever they are called: but what a run keeps to go
 * on from is none of its outputs. */
static bool is_output(const char *name)
{
    return strcmp(name, ".") != 0 && strcmp(name, "..") != 0 &&
           strcmp(name, ".checkpoint") != 0;
}

static enum cs_rehearsal_outputs look_into(const char *folder)
{
    DIR *stream = opendir(folder);
    size_t n = 0;

    if (stream == NULL)
        return CS_OUTPUTS_NONE;
    for (struct dirent *entry; (entry = readdir(stream)) != NULL;)
        n += is_output(entry->d_name);
    closedir(stream);
    return n == 0 ? CS_OUTPUTS_NONE : n == N_OUTPUTS ? CS_OUTPUTS_ALL : CS_OUTPUTS_SOME;
}

void cs_rehearsal_run(struct cs_rehearsal_end *end, const struct cs_rehearsal *rehearsal,
                      const struct cs_tamper *tamper, unsigned timeout_ms)
{
    struct player player[2] = { { .fault = &end->fault[0] },
                                { .fault = &end->fault[1] } };
    char folder[96], study[128], path[2][128], ledger[2][128], output[128];

    memset(end, 0, sizeof *end);
    snprintf(folder, sizeof folder, "%s/run-XXXXXX", rehearsal->folder);
    CS_REQUIRE(mkdtemp(folder) != NULL);
    snprintf(study, sizeof study, "%s/study.yaml", rehearsal->folder);
    for (int p = 0; p < 2; p++) {
        snprintf(path[p], sizeof path[p], "%s/%c.yaml", rehearsal->folder, 'a' + p);
        snprintf(ledger[p], sizeof ledger[p], "%s/%c.db", folder, 'a' + p);
        player[p].options = (struct cs_job_options){
            .study_path = study,
            .node_path = path[p],
            .node = { .output_dir = folder, .ledger = ledger[p] },
            .log = { .style = CS_LOG_NONE },
        };
    }
    connect_both(player, tamper, timeout_ms);
    const uint64_t start = cs_clock_ms();
    play_both(player);
    end->elapsed_ms = (unsigned)(cs_clock_ms() - start);
    for (int p = 0; p < 2; p++) {
        end->st[p] = player[p].result;
        snprintf(output, sizeof output, "%s/%c", folder, 'a' + p);
        end->outputs[p] = look_into(output);
    }
    remove_folder(folder);
}
