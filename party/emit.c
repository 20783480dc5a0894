#include "party/emit.h"

#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#include "model/csv.h"
#include "model/decode.h"
#include "party/file.h"

#define BUFFER_BYTES ((size_t)64 << 10)

_Static_assert(CS_EMIT_DIGEST_BYTES == crypto_hash_sha256_BYTES, "SHA-256");

/* Writes and hashes in blocks. */
struct writer {
    struct cs_file file;
    struct cs_fault *fault;
    crypto_hash_sha256_state hash;
    char buffer[BUFFER_BYTES];
    size_t n_bytes;
};

/* A write that fails is told by the commit, which knows the reason. */
static enum cs_status flush(struct writer *writer)
{
    const size_t n = writer->n_bytes;

    crypto_hash_sha256_update(&writer->hash, (const uint8_t *)writer->buffer, n);
    writer->n_bytes = 0;
    if (fwrite(writer->buffer, 1, n, writer->file.stream) != n)
        return cs_file_commit(&writer->file, writer->fault);
    return CS_OK;
}

static enum cs_status put_field(struct writer *writer, const char *separator,
                                const char *text)
{
    const size_t n_separator = strlen(separator), n = strlen(text);
    const size_t n_most = n_separator + CS_CSV_FIELD_BYTES(n);
    enum cs_status st = CS_OK;

    CS_REQUIRE(n_most <= BUFFER_BYTES);
    if (n_most > BUFFER_BYTES - writer->n_bytes)
        CS_TRY(flush(writer));
    memcpy(writer->buffer + writer->n_bytes, separator, n_separator);
    writer->n_bytes += n_separator;
    writer->n_bytes += cs_csv_quote(writer->buffer + writer->n_bytes, text, n);
out:
    return st;
}

static enum cs_status put_header(struct writer *writer,
                                 const struct cs_emission *emission)
{
    enum cs_status st = CS_OK;

    CS_TRY(put_field(writer, "", "person"));
    for (size_t k = 0; k < emission->study->schema.n_order[emission->party]; k++)
        CS_TRY(put_field(writer, ",",
                         emission->study->schema.columns[emission->order[k]].name));
out:
    return st;
}

static enum cs_status put_row(struct writer *writer, const struct cs_emission *emission,
                              struct cs_decoder *decoders, size_t row)
{
    enum cs_status st = CS_OK;
    char person[48];

    snprintf(person, sizeof person, "%s%zu",
             emission->study->unprotected ? CS_EMIT_UNPROTECTED_PREFIX : "", row + 1);
    CS_TRY(put_field(writer, emission->crlf ? "\r\n" : "\n", person));
    for (size_t k = 0; k < emission->study->schema.n_order[emission->party]; k++) {
        const uint8_t *code = cs_codes_column(emission->population, emission->order[k]);

        CS_TRY(put_field(writer, ",", cs_decoder_next(&decoders[k], code[row])));
    }
out:
    return st;
}

static enum cs_status put_all(struct writer *writer, const struct cs_emission *emission,
                              struct cs_decoder *decoders,
                              const struct cs_progress *progress)
{
    const size_t n_rows = cs_presence_at(emission->people, emission->party);
    enum cs_status st = CS_OK;

    CS_TRY(put_header(writer, emission));
    for (size_t i = 0; i < n_rows; i++) {
        CS_TRY(put_row(writer, emission, decoders,
                       cs_presence_row(emission->people, emission->party, i)));
        if (i % 4096 == 0)
            CS_TRY(cs_progress_tell(progress, (double)i / (double)n_rows));
    }
    CS_TRY(put_field(writer, emission->crlf ? "\r\n" : "\n", ""));
    CS_TRY(flush(writer));
out:
    return st;
}

static void init_decoders(struct cs_decoder *decoders, const struct cs_emission *emission)
{
    for (size_t k = 0; k < emission->study->schema.n_order[emission->party]; k++) {
        const size_t column = emission->order[k];

        cs_decoder_init(&decoders[k], &emission->study->schema.columns[column], column,
                        emission->densities == NULL ? NULL : emission->densities[column],
                        emission->study->seed);
        if (emission->filter != NULL && cs_filter_spans(emission->filter, column) != NULL)
            cs_decoder_keep_within(&decoders[k],
                                   cs_filter_spans(emission->filter, column));
    }
}

enum cs_status cs_emit(uint8_t digest[static CS_EMIT_DIGEST_BYTES], const char *path,
                       const struct cs_emission *emission,
                       const struct cs_progress *progress, struct cs_fault *fault)
{
    const size_t n_columns = emission->study->schema.n_order[emission->party];
    struct cs_decoder *decoders = calloc(n_columns + 1, sizeof *decoders);
    struct writer *writer = calloc(1, sizeof *writer);
    enum cs_status st = CS_MEMORY;

    CS_REQUIRE(emission->population->n_columns == emission->study->schema.n_columns);
    CS_REQUIRE(emission->population->n_rows == cs_presence_all(emission->people));
    if (decoders == NULL || writer == NULL)
        goto out;
    writer->fault = fault;
    crypto_hash_sha256_init(&writer->hash);
    init_decoders(decoders, emission);
    CS_TRY(cs_file_create(&writer->file, path, fault));
    CS_TRY(put_all(writer, emission, decoders, progress));
    CS_TRY(cs_file_commit(&writer->file, fault));
    crypto_hash_sha256_final(&writer->hash, digest);
out:
    if (writer != NULL)
        cs_file_discard(&writer->file);
    free(writer);
    free(decoders);
    return st;
}
