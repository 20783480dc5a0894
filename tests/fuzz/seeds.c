/* seeds.c: inputs for an engine to begin with, as the project's own encoders make them:
 * those of the targets whose inputs are not text.
 *
 *     fuzz_seeds FOLDER        writes FOLDER/TARGET/SEED
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "crypto/bytes.h"
#include "crypto/identity.h"
#include "model/discover.h"
#include "party/measured.h"
#include "party/saved_body.h"
#include "protocol/checkpoint.h"
#include "protocol/hello.h"
#include "protocol/wire.h"
#include "tests/fuzz/peer.h"
#include "tests/support/saved.h"
#include "tests/support/study.h"

enum { ROOM = 1 << 20 };

/* An input that grows. */
struct seed {
    uint8_t bytes[ROOM];
    size_t n;
};

static void add(struct seed *seed, const void *bytes, size_t n_bytes)
{
    CS_REQUIRE(n_bytes <= ROOM - seed->n);
    memcpy(seed->bytes + seed->n, bytes, n_bytes);
    seed->n += n_bytes;
}

static void add_number(struct seed *seed, uint64_t number, size_t n_bytes)
{
    uint8_t bytes[8];

    cs_bytes_put(bytes, number, n_bytes);
    add(seed, bytes, n_bytes);
}

static void save(struct seed *seed, const char *folder, const char *target,
                 const char *name)
{
    char path[4096];

    CS_REQUIRE(snprintf(path, sizeof path, "%s/%s", folder, target) < (int)sizeof path);
    (void)mkdir(path, 0777); /* it may be there */
    CS_REQUIRE(snprintf(path, sizeof path, "%s/%s/%s", folder, target, name) <
               (int)sizeof path);
    FILE *stream = fopen(path, "wb");
    CS_REQUIRE(stream != NULL && fwrite(seed->bytes, 1, seed->n, stream) == seed->n);
    CS_REQUIRE(fclose(stream) == 0);
    seed->n = 0;
}

/* ---- frames -------------------------------------------------------------------- */

static const struct cs_wire_hello hello = { CS_PROTOCOL_VERSION, CS_B, { 1, 2, 3 } };

static void save_wire(struct seed *seed, const char *folder)
{
    const struct cs_wire_frame frame = { CS_FRAME_STUDY, 3, (const uint8_t *)"terms", 5 };
    const struct cs_wire_abort abort = { CS_INPUT, "b.csv:7: has no such column" };
    static uint8_t message[CS_MESSAGE_BYTES];

    add_number(seed, 0, 1);
    add(seed, message, cs_wire_put_frame(message, &frame));
    save(seed, folder, "wire", "frame");
    add_number(seed, 1, 1);
    add(seed, message, cs_wire_put_abort(message, &abort));
    save(seed, folder, "wire", "abort");
    add_number(seed, 2, 1);
    add(seed, message, cs_wire_put_hello(message, &hello));
    save(seed, folder, "wire", "hello");
    add_number(seed, 3, 1);
    add(seed, message, cs_wire_put_rows(message, 1000));
    save(seed, folder, "wire", "rows");
}

static void add_piece(struct seed *seed, enum cs_frame kind, const void *body,
                      size_t n_bytes)
{
    add_number(seed, kind, 1);
    add_number(seed, n_bytes, 2);
    add(seed, body, n_bytes);
}

static void add_hello(struct seed *seed, const struct cs_wire_hello *theirs)
{
    uint8_t message[CS_WIRE_HELLO_BYTES];

    add_piece(seed, CS_FRAME_HELLO, message, cs_wire_put_hello(message, theirs));
}

static void save_hello(struct seed *seed, const char *folder)
{
    static const char differs[] = "study = small\nprivacy.epsilon = 1\nrows = 7\n";
    struct cs_wire_hello other = hello;
    uint8_t rows[CS_WIRE_ROWS_BYTES];

    add_hello(seed, &hello);
    add_piece(seed, CS_FRAME_HELLO, rows, cs_wire_put_rows(rows, 2000));
    save(seed, folder, "hello", "agrees");
    other.digest[0] = 9;
    add_hello(seed, &other);
    add_piece(seed, CS_FRAME_STUDY, differs, strlen(differs));
    save(seed, folder, "hello", "differs");
}

static void save_dialogues(struct seed *seed, const char *folder)
{
    static const uint8_t zeros[4096];
    static const struct {
        const char *name;
        enum cs_frame kinds[4];
        size_t n_bytes[4];
    } dialogues[] = {
        { "verdicts", { CS_FRAME_JUDGEMENT }, { 64 } },
        { "candidates", { CS_FRAME_CANDIDATES }, { 20 } },
        { "shares", { CS_FRAME_AVERAGE, CS_FRAME_COMMIT }, { 32, 64 } },
        { "masks", { CS_FRAME_MASK_KEY, CS_FRAME_COMMIT }, { 32, 64 } },
        { "align", { CS_FRAME_ALIGN, CS_FRAME_ALIGN }, { 32, 32 } },
        { "transcript", { CS_FRAME_TRANSCRIPT, CS_FRAME_TRANSCRIPT }, { 32, 32 } },
        { "resume", { CS_FRAME_RESUME }, { 100 } },
    };

    for (size_t i = 0; i < sizeof dialogues / sizeof *dialogues; i++) {
        add_number(seed, i, 1);
        for (size_t k = 0; k < 4 && dialogues[i].n_bytes[k] > 0; k++)
            add_piece(seed, dialogues[i].kinds[k], zeros, dialogues[i].n_bytes[k]);
        save(seed, folder, "dialogue", dialogues[i].name);
    }
}

/* ---- a carrier ----------------------------------------------------------------- */

enum { GREETING = 1, DATA, REST, ACK, END, LINE_ENDS = 0xffff };

static void add_word(struct seed *seed, unsigned kind, uint64_t number, uint64_t taken,
                     const void *body, size_t n_bytes)
{
    add_number(seed, 17 + n_bytes, 2);
    add_number(seed, kind, 1);
    add_number(seed, number, 8);
    add_number(seed, taken, 8);
    add(seed, body, n_bytes);
}

static void add_greeting(struct seed *seed, uint64_t n_received, uint64_t n_part)
{
    uint8_t body[49] = { 0x42 };

    cs_bytes_put(body + 32, n_received, 8);
    cs_bytes_put(body + 40, n_part, 8);
    add_word(seed, GREETING, 0, 0, body, sizeof body);
}

static void save_carrier(struct seed *seed, const char *folder)
{
    add_number(seed, 1, 1);
    add_greeting(seed, 0, 0);
    add_word(seed, DATA, 0, 0, "some", 4);
    add_word(seed, ACK, 1, 1, "", 0);
    add_word(seed, DATA, 1, 3, "more", 4);
    add_word(seed, END, 2, 4, "", 0);
    save(seed, folder, "carrier", "session");
    add_number(seed, 1, 1);
    add_greeting(seed, 0, 0);
    add_word(seed, DATA, 0, 1, "some", 4);
    add_number(seed, LINE_ENDS, 2);
    add_greeting(seed, 2, 70);
    add_word(seed, REST, 1, 2, "\0\0\0\0more", 8);
    add_word(seed, END, 2, 4, "", 0);
    save(seed, folder, "carrier", "mended");
}

static void save_sealed(struct seed *seed, const char *folder)
{
    for (unsigned how = 0; how < 4; how += 2) {
        add_number(seed, how, 1);
        add_number(seed, 7, 2);
        add_number(seed, 5, 4);
        add(seed, "abc", 3);
        add_number(seed, 2, 2);
        add(seed, "de", 2);
        save(seed, folder, "sealed", how ? "server" : "client");
    }
}

/* ---- what is found privately --------------------------------------------------- */

static void save_discovered(struct seed *seed, const char *folder)
{
    const struct cs_discovered found = {
        3, { (char *)"east", (char *)"north", (char *)"west" }
    };
    uint8_t bytes[CS_DISCOVERED_PACKED_BYTES_MAX];

    add_number(seed, 8, 1);
    add(seed, bytes, cs_discovered_pack(bytes, &found));
    save(seed, folder, "discovered", "three");
}

static void save_density(struct seed *seed, const char *folder)
{
    int64_t start[] = { 0, 100, 5000, 500001 }, mass[] = { 40, 0, 9 };
    int64_t wide[] = { -CS_GRID_MAX, 0, CS_GRID_MAX + 1 };
    const struct cs_density density[] = { { 3, start, mass }, { 2, wide, mass } };
    uint8_t bytes[128];

    for (unsigned i = 0; i < 2; i++) {
        cs_density_pack(bytes, &density[i]);
        add_number(seed, i, 1);
        add(seed, bytes, cs_density_packed_bytes(density[i].n_pieces));
        save(seed, folder, "density", i ? "wide" : "narrow");
    }
}

/* ---- files --------------------------------------------------------------------- */

static void add_step(struct seed *seed, enum cs_step step, unsigned index,
                     const char *bytes)
{
    add_number(seed, step, 1);
    add_number(seed, index, 1);
    add_number(seed, strlen(bytes), 2);
    add(seed, bytes, strlen(bytes));
}

static void save_checkpoint(struct seed *seed, const char *folder)
{
    static const struct {
        const char *name, *damage;
        size_t n_bytes;
    } seeds[] = {
        { "whole", "\0", 1 },
        { "replaced", "\1cosynth checkpoint 1\n", 22 },
        { "cut", "\2\x9c\0", 3 },
        { "changed", "\2\xff\xff\x50\0\1", 6 },
    };
    char run[89] = "";

    memset(run, 'r', sizeof run - 1);
    for (size_t i = 0; i < sizeof seeds / sizeof *seeds; i++) {
        add_step(seed, CS_STEP_RUN, 0, run);
        add_step(seed, CS_STEP_ROUND, 1, "first");
        add_step(seed, CS_STEP_ROUND, 1, "again");
        add_number(seed, 255, 1);
        add(seed, seeds[i].damage, seeds[i].n_bytes);
        save(seed, folder, "checkpoint", seeds[i].name);
    }
}

/* A study whose model is small. */
#define GENERATOR(words) "generator: {kind: " words ", rounds: 1, train_on: both}\n"

static void save_model(struct seed *seed, const char *folder, const char *extra,
                       const char *name)
{
    struct cs_saved saved;
    uint8_t *bytes = NULL;
    size_t n_bytes = 0;

    cs_test_saved(&saved, extra, CS_B);
    CS_REQUIRE(cs_saved_pack(&bytes, &n_bytes, &saved) == CS_OK);
    add(seed, bytes, n_bytes);
    save(seed, folder, "saved", name);
    cs_saved_wipe(&saved);
    free(bytes);
}

static void save_measured(struct seed *seed, const char *folder)
{
    struct cs_study *study = cs_test_study(NULL);
    struct cs_column *spend =
        &study->schema.columns[cs_schema_find(&study->schema, "spend")];
    struct cs_table_spec tables[] = {
        { .kind = CS_OWN_A, .n_columns = 1, .s2_q16 = 70000, .n_a = 1 },
        { .kind = CS_CROSS, .n_columns = 2, .s2_q16 = 9000, .n_a = 1 },
    };
    const struct cs_plan plan = { .tables = tables, .n_tables = 2, .epsilon_spent = 2.9 };
    const struct cs_judgement judged[2] = {
        { CS_SEPARATE, { [CS_SEPARATE] = { CS_STANDS, { 1, 2, 3, CS_UNKNOWN } } } },
        { CS_SEPARATE, { [CS_SEPARATE] = { CS_STANDS, { 1, 2, 3, 4 } } } },
    };
    static const int64_t cells[64] = { 100, -3 };
    char *text = NULL;
    size_t n_bytes = 0;
    FILE *stream = open_memstream(&text, &n_bytes);

    CS_REQUIRE(stream != NULL);
    spend->edges = calloc(spend->n_bins + 1, sizeof *spend->edges);
    CS_REQUIRE(spend->edges != NULL);
    for (size_t k = 0; k <= spend->n_bins; k++)
        spend->edges[k] = k < spend->n_bins ? 100 * (int64_t)k : spend->max + 1;
    tables[0].column[0] = tables[1].column[0] = study->arm;
    tables[1].column[1] = study->conversion;
    for (size_t t = 0; t < 2; t++)
        tables[t].n_cells = cs_table_spec_cells(&tables[t], &study->schema);
    tables[1].first_cell = tables[0].n_cells;
    CS_REQUIRE(cs_measured_write(stream, study, &plan, cells, NULL, judged) == CS_OK);
    CS_REQUIRE(fclose(stream) == 0);
    add(seed, text, n_bytes);
    save(seed, folder, "measured", "two_tables");
    free(text);
    cs_study_free(study);
}

/* Of a key that nobody has a use for. */
static void save_identity(struct seed *seed, const char *folder)
{
    struct cs_identity identity;
    struct cs_rng rng;

    cs_rng_init_labelled(&rng, 1, "fuzz");
    CS_REQUIRE(cs_identity_make(&identity, &rng, NULL) == CS_OK);
    add(seed, identity.key_pem, strlen(identity.key_pem) + 1);
    add(seed, identity.certificate_pem, strlen(identity.certificate_pem));
    save(seed, folder, "identity", "pair");
}

static void save_text(struct seed *seed, const char *folder, const char *target,
                      const char *name, const char *text)
{
    add(seed, text, strlen(text));
    save(seed, folder, target, name);
}

static void save_studies(struct seed *seed, const char *folder)
{
    static const char *const extras[][2] = {
        { "plain", NULL },
        { "gan", GENERATOR("gan") },
        { "private", "link: private\nidentifiers: [email, {phone: \"49\"}]\n" },
    };

    for (size_t i = 0; i < sizeof extras / sizeof *extras; i++) {
        char *text = cs_test_study_text(extras[i][1]);

        save_text(seed, folder, "study", extras[i][0], text);
        free(text);
    }
}

int main(int argc, char **argv)
{
    struct seed *seed = calloc(1, sizeof *seed);

    CS_REQUIRE(argc == 2 && seed != NULL);
    (void)mkdir(argv[1], 0777);
    save_wire(seed, argv[1]);
    save_hello(seed, argv[1]);
    save_dialogues(seed, argv[1]);
    save_carrier(seed, argv[1]);
    save_sealed(seed, argv[1]);
    save_discovered(seed, argv[1]);
    save_density(seed, argv[1]);
    save_model(seed, argv[1], GENERATOR("vae, latent: 2, layers: [3]"), "vae");
    save_model(seed, argv[1], GENERATOR("gan, latent: 2, layers: [3]"), "gan");
    save_model(seed, argv[1], "generator: {kind: independent}\nlink: private\n",
               "independent");
    save_checkpoint(seed, argv[1]);
    save_measured(seed, argv[1]);
    save_identity(seed, argv[1]);
    save_studies(seed, argv[1]);
    free(seed);
    return 0;
}
