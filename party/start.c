#include "party/start.h"

#include <sodium.h>
#include <stdio.h>
#include <string.h>

#define PARTY "{party}"

/* The path of the study's text, with a or b for each `{party}`. */
static enum cs_status expand(char path[static CS_PATH_BYTES], const char *text,
                             enum cs_party party, struct cs_fault *fault)
{
    size_t n = 0;

    for (; *text != '\0' && n < CS_PATH_BYTES - 1; n++) {
        const bool is_party = strncmp(text, PARTY, strlen(PARTY)) == 0;

        path[n] = is_party ? (party == CS_A ? 'a' : 'b') : *text;
        text += is_party ? strlen(PARTY) : 1;
    }
    path[n] = '\0';
    if (*text != '\0')
        return cs_fault_say(fault, CS_CONFIG,
                            "generator.start: the path is too long; shorten it");
    return CS_OK;
}

static enum cs_status locate(char path[static CS_PATH_BYTES], const struct cs_job *job)
{
    const char *node = job->options->node_path, *slash = strrchr(node, '/');
    char name[CS_PATH_BYTES], folder[CS_PATH_BYTES] = "";
    enum cs_status st;

    if (slash != NULL)
        snprintf(folder, sizeof folder, "%.*s", (int)(slash - node + 1), node);
    CS_TRY(expand(name, job->study->generator.start, job->node.party, job->fault));
    CS_TRY(cs_file_join(path, folder, name, job->fault));
out:
    return st;
}

enum cs_status cs_start_read(struct cs_job *job)
{
    char path[CS_PATH_BYTES];
    enum cs_status st;

    if (job->study->generator.start == NULL)
        return CS_OK;
    CS_TRY(locate(path, job));
    CS_TRY(cs_saved_read(&job->start, path, job->fault));
    if (job->start.study->unprotected && !job->study->unprotected)
        st = cs_fault_say(job->fault, CS_CONFIG,
                          "generator.start: %s was made without privacy, so nothing that "
                          "follows from it is private; start from another model",
                          path);
out:
    return st;
}

static struct cs_transfer_source source_of(const struct cs_saved *start)
{
    return (struct cs_transfer_source){
        .schema = &start->study->schema,
        .party = start->party,
        .block = start->block,
        .n_blocks = start->n_blocks,
        .people = &start->population,
        .n_people = start->people.n_both,
        .densities = start->densities.given,
    };
}

static void digest_of(uint8_t digest[static CS_DIGEST_BYTES],
                      const struct cs_prior *prior)
{
    const size_t n_columns = prior->rows.n_columns;
    crypto_generichash_state hash;

    crypto_generichash_init(&hash, NULL, 0, CS_DIGEST_BYTES);
    crypto_generichash_update(&hash, (const uint8_t *)prior->known,
                              n_columns * sizeof *prior->known);
    crypto_generichash_update(&hash, prior->rows.code, n_columns * prior->rows.n_rows);
    crypto_generichash_final(&hash, digest, CS_DIGEST_BYTES);
}

enum cs_status cs_start_people(struct cs_job *job)
{
    const struct cs_transfer_source source = source_of(&job->start);
    uint8_t digest[CS_DIGEST_BYTES];
    enum cs_status st;

    CS_TRY(cs_prior_make(&job->prior, &job->study->schema, &source, CS_LEARN_ROWS_MAX,
                         job->study->seed));
    digest_of(digest, &job->prior);
    CS_TRY(cs_channel_agree(job->channel, digest,
                            "generator.start: the parties' models have different "
                            "synthetic people; start from the two models of one run",
                            job->fault));
out:
    return st;
}

void cs_start_weights(struct cs_job *job)
{
    const struct cs_transfer_source source = source_of(&job->start);

    job->n_started = cs_transfer_weights(job->trained, &job->study->schema, &source);
}
