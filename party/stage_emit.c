/* emit: this party's columns of the population, as a file like its input; and what more
 * can be drawn from. */
#include "party/emit.h"
#include "party/saved.h"
#include "party/stages.h"

static enum cs_status save_model(struct cs_job *job)
{
    struct cs_saved saved = {
        .study = job->study,
        .party = job->node.party,
        .file_order = job->table->file_order,
        .crlf = job->table->crlf,
        .population = job->population,
        .people = job->refined.people,
        .densities = job->densities,
        .spec = job->plan->recipe[job->node.party].spec,
    };
    char path[CS_PATH_BYTES];
    enum cs_status st = CS_OK;

    if (job->judgements[job->node.party].chosen == CS_SEPARATE)
        saved.spec.kind = CS_GENERATOR_INDEPENDENT; /* what was drawn from */
    saved.block = cs_generator_blocks(job->generator, &saved.n_blocks);
    if (saved.n_blocks == 0) /* the judge may have taken it in place of the study's */
        saved.spec.kind = CS_GENERATOR_INDEPENDENT;
    CS_TRY(cs_staging_add(path, &job->staging, CS_SAVED_NAME, job->fault));
    CS_TRY(cs_saved_write(job->model_digest, path, &saved, job->fault));
out:
    return st;
}

static enum cs_status emit_people(struct cs_job *job)
{
    const struct cs_emission emission = {
        .study = job->study,
        .party = job->node.party,
        .order = job->table->file_order,
        .population = &job->population,
        .people = &job->refined.people,
        .densities = job->densities.given,
        .crlf = job->table->crlf,
    };
    char path[CS_PATH_BYTES];
    enum cs_status st = CS_OK;

    CS_TRY(cs_staging_add(path, &job->staging, "synthetic.csv", job->fault));
    CS_TRY(
        cs_emit(job->output_digest, path, &emission, &job->monitor.progress, job->fault));
out:
    return st;
}

enum cs_status cs_stage_emit(struct cs_job *job)
{
    enum cs_status st = CS_OK;

    CS_TRY(emit_people(job));
    CS_TRY(save_model(job));
out:
    return st;
}
