/* measure: everything that is learned of real rows but for training. */
#include <stdlib.h>

#include "party/stages.h"
#include "protocol/measure.h"

enum cs_status cs_stage_measure(struct cs_job *job)
{
    enum cs_status st = CS_OK;

    CS_TRY(cs_densities_measure(&job->densities, &job->study->schema, job->plan,
                                job->table, &job->secret, job->channel));
    cs_table_encode(job->table, &job->study->schema);
    job->cells = calloc(job->plan->n_cells, sizeof *job->cells);
    if (job->cells == NULL) {
        st = CS_MEMORY;
        goto out;
    }
    CS_TRY(cs_measure_tables(job->cells, job->study, job->plan, job->table, NULL,
                             &job->openings, &job->secret, job->channel,
                             &job->monitor.progress));
out:
    return st;
}
