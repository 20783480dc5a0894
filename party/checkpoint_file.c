#include "party/checkpoint_file.h"

#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#include "crypto/bytes.h"
#include "crypto/secret.h"
#include "party/sealed_file.h"

#define MARK "cosynth checkpoint 1\n"

enum { MARK_BYTES = CS_SEALED_HEADER_BYTES - CS_BINDING_BYTES, NAME_BYTES = 8 };

_Static_assert(sizeof MARK <= MARK_BYTES, "the mark and its NUL");

struct entry {
    enum cs_step step;
    uint32_t index;
    struct cs_sealed_place place; /* of its newest record */
};

struct cs_checkpoint_file {
    struct cs_sealed_file sealed;
    struct entry *entry; /* (n_entries) */
    size_t n_entries;
    struct cs_checkpoint_store store;
};

/* ---- which steps there are --------------------------------------------------------- */

static struct entry *find(const struct cs_checkpoint_file *file, enum cs_step step,
                          uint32_t index)
{
    for (size_t i = 0; i < file->n_entries; i++)
        if (file->entry[i].step == step && file->entry[i].index == index)
            return &file->entry[i];
    return NULL;
}

/* Room for one more, so that what is on disk can always be noted. */
static enum cs_status make_room(struct cs_checkpoint_file *file)
{
    struct entry *entry =
        realloc(file->entry, (file->n_entries + 1) * sizeof *file->entry);

    if (entry == NULL)
        return CS_MEMORY;
    file->entry = entry;
    return CS_OK;
}

static void note(struct cs_checkpoint_file *file, enum cs_step step, uint32_t index,
                 struct cs_sealed_place place)
{
    struct entry *entry = find(file, step, index);

    if (entry == NULL)
        entry = &file->entry[file->n_entries++];
    *entry = (struct entry){ step, index, place };
}

static enum cs_status note_record(void *arg, struct cs_sealed_place place,
                                  const uint8_t *bytes, size_t n_bytes)
{
    struct cs_checkpoint_file *file = arg;
    enum cs_status st = CS_OK;

    if (n_bytes < NAME_BYTES || cs_bytes_get(bytes, 4) >= CS_STEPS)
        return cs_sealed_file_say_damaged(&file->sealed);
    CS_TRY(make_room(file));
    note(file, (enum cs_step)cs_bytes_get(bytes, 4), (uint32_t)cs_bytes_get(bytes + 4, 4),
         place);
out:
    return st;
}

size_t cs_checkpoint_file_count(const struct cs_checkpoint_file *file, enum cs_step step)
{
    size_t n = 0;

    for (size_t i = 0; i < file->n_entries; i++)
        n += file->entry[i].step == step;
    return n;
}

bool cs_checkpoint_file_is_in_use(const struct cs_checkpoint_file *file)
{
    return file->sealed.in_use;
}

/* Whether anything has left this node, or was about to. */
static bool has_released(const struct cs_checkpoint_file *file)
{
    return file->n_entries > cs_checkpoint_file_count(file, CS_STEP_RUN);
}

/* ---- keeping ----------------------------------------------------------------------- */

static enum cs_status recall(void *arg, enum cs_step step, uint32_t index,
                             uint8_t **bytes, size_t *n_bytes)
{
    const struct cs_checkpoint_file *file = arg;
    const struct entry *entry = find(file, step, index);
    enum cs_status st = CS_OK;

    *bytes = NULL;
    *n_bytes = 0;
    if (entry == NULL)
        return CS_OK;
    CS_TRY(cs_sealed_file_read(bytes, n_bytes, &file->sealed, entry->place));
    *n_bytes -= NAME_BYTES;
    memmove(*bytes, *bytes + NAME_BYTES, *n_bytes);
    sodium_memzero(*bytes + *n_bytes, NAME_BYTES);
out:
    return st;
}

static enum cs_status keep(void *arg, enum cs_step step, uint32_t index,
                           const uint8_t *bytes, size_t n_bytes)
{
    struct cs_checkpoint_file *file = arg;
    const size_t n_record = NAME_BYTES + n_bytes;
    struct cs_sealed_place place;
    enum cs_status st = CS_MEMORY;
    uint8_t *record = malloc(n_record);

    if (record == NULL)
        goto out;
    cs_bytes_put(record, step, 4);
    cs_bytes_put(record + 4, index, 4);
    memcpy(record + NAME_BYTES, bytes, n_bytes);
    CS_TRY(make_room(file));
    if (file->sealed.descriptor < 0)
        CS_TRY(cs_sealed_file_create(&file->sealed));
    CS_TRY(cs_sealed_file_append(&place, &file->sealed, record, n_record));
    note(file, step, index, place);
out:
    cs_wipe_free(record, n_record);
    return st;
}

const struct cs_checkpoint_store *
cs_checkpoint_file_store(const struct cs_checkpoint_file *file)
{
    return &file->store;
}

/* ---- opening ----------------------------------------------------------------------- */

static void derive_key(uint8_t key[CS_SEALED_KEY_BYTES], const struct cs_identity *self)
{
    static const char label[] = "cosynth checkpoint key";
    crypto_generichash_state hash;

    crypto_generichash_init(&hash, (const uint8_t *)label, sizeof label - 1,
                            CS_SEALED_KEY_BYTES);
    crypto_generichash_update(&hash, (const uint8_t *)self->key_pem,
                              strlen(self->key_pem));
    crypto_generichash_final(&hash, key, CS_SEALED_KEY_BYTES);
    sodium_memzero(&hash, sizeof hash);
}

static enum cs_status say_other_run(const struct cs_checkpoint_file *file)
{
    return cs_fault_say(
        file->sealed.fault, CS_CONFIG,
        "%s: a run is kept there that did not end and has let something out, and it is "
        "of "
        "another study, data file, peer or version of cosynth; run it to its end, give "
        "this one another `output`, or give that one up with --fresh (its charge stays)",
        file->sealed.path);
}

enum cs_status cs_checkpoint_file_remove(struct cs_checkpoint_file *file)
{
    file->n_entries = 0;
    return file->sealed.descriptor < 0 ? CS_OK : cs_sealed_file_remove(&file->sealed);
}

/* The file that is there, if it is of this run; wanted: the header it has then. */
static enum cs_status read_file(struct cs_checkpoint_file *file, const uint8_t *wanted)
{
    uint8_t *header = file->sealed.header;
    enum cs_status st = CS_OK;

    if (memcmp(header, wanted, MARK_BYTES) != 0)
        return cs_sealed_file_say_damaged(&file->sealed);
    CS_TRY(cs_sealed_file_scan(&file->sealed, note_record, file));
    if (memcmp(header, wanted, CS_SEALED_HEADER_BYTES) == 0)
        return CS_OK;
    if (has_released(file))
        return say_other_run(file);
    if (file->sealed.looks)
        file->n_entries = 0;
    else
        CS_TRY(cs_checkpoint_file_remove(file));
out:
    return st;
}

/* Under the key, so that nobody else can try out what the run is of. */
static void put_binding(uint8_t *to, const struct cs_checkpoint_file *file,
                        const uint8_t *binding)
{
    crypto_generichash(to, CS_BINDING_BYTES, binding, CS_BINDING_BYTES, file->sealed.key,
                       sizeof file->sealed.key);
}

static enum cs_status open_file(struct cs_checkpoint_file *file, const uint8_t *binding)
{
    uint8_t wanted[CS_SEALED_HEADER_BYTES] = MARK;
    enum cs_status st = CS_OK;
    bool found;

    CS_TRY(cs_sealed_file_open(&found, &file->sealed));
    if (binding != NULL)
        put_binding(wanted + MARK_BYTES, file, binding);
    else
        memcpy(wanted + MARK_BYTES, file->sealed.header + MARK_BYTES, CS_BINDING_BYTES);
    if (found)
        CS_TRY(read_file(file, wanted));
    if (file->sealed.descriptor < 0)
        memcpy(file->sealed.header, wanted, sizeof wanted);
out:
    return st;
}

enum cs_status cs_checkpoint_file_open(struct cs_checkpoint_file **file,
                                       const char *folder, const struct cs_identity *self,
                                       const uint8_t *binding, struct cs_rng *secret,
                                       struct cs_fault *fault)
{
    enum cs_status st = CS_MEMORY;
    struct cs_checkpoint_file *made = calloc(1, sizeof *made);

    if (made == NULL)
        goto out;
    made->store = (struct cs_checkpoint_store){ recall, keep, made };
    CS_TRY(cs_sealed_file_init(&made->sealed, folder, CS_CHECKPOINT_NAME, secret, fault));
    derive_key(made->sealed.key, self);
    made->sealed.looks = secret == NULL;
    CS_TRY(open_file(made, binding));
    *file = made;
    made = NULL;
out:
    cs_checkpoint_file_free(made);
    return st;
}

enum cs_status cs_checkpoint_file_give_up(const char *folder, struct cs_fault *fault)
{
    struct cs_sealed_file sealed;
    enum cs_status st;
    bool found;

    CS_TRY(cs_sealed_file_init(&sealed, folder, CS_CHECKPOINT_NAME, NULL, fault));
    CS_TRY(cs_sealed_file_open(&found, &sealed));
    if (found)
        CS_TRY(cs_sealed_file_remove(&sealed));
out:
    cs_sealed_file_close(&sealed);
    return st;
}

void cs_checkpoint_file_free(struct cs_checkpoint_file *file)
{
    if (file == NULL)
        return;
    cs_sealed_file_close(&file->sealed);
    free(file->entry);
    free(file);
}
