/* measure: the tables, own and cross. */
#include <stdlib.h>

#include "party/stages.h"
#include "protocol/measure.h"

enum cs_status cs_stage_measure(struct cs_job *job)
{
    const bool privately = job->study->link == CS_LINK_PRIVATE;
    enum cs_status st = CS_OK;

    job->cells = calloc(job->plan->n_cells, sizeof *job->cells);
    if (job->cells == NULL) {
        st = CS_MEMORY;
        goto out;
    }
    CS_TRY(cs_measure_tables(job->cells, job->study, job->plan, job->table,
                             privately ? &job->linked : NULL, &job->openings,
                             &job->checkpoint, &job->secret, job->channel,
                             &job->monitor.progress));
out:
    return st;
}
