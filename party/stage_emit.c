/* emit: this party's columns of the population, as a file like its input. */
#include "party/emit.h"
#include "party/stages.h"

enum cs_status cs_stage_emit(struct cs_job *job)
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
