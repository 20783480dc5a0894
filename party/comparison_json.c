/* A reference stolen by jansson is freed by it, whether or not the call succeeds; NULL
 * put into an object or an array makes the whole fail. */
#include <jansson.h>
#include <math.h>

#include "party/comparison_forms.h"

#define SCHEMA "cosynth-comparison/1"

static json_t *real_json(double x)
{
    return isfinite(x) ? json_real(x) : json_null();
}

/* The list with the value at its end, or NULL. */
static json_t *with(json_t *list, json_t *value)
{
    if (json_array_append_new(list, value) == 0)
        return list;
    json_decref(list);
    return NULL;
}

static json_t *answer_json(const struct cs_comparison *comparison, size_t answer,
                           size_t run)
{
    const struct cs_finished_answer *a = cs_comparison_answer(comparison, answer, run);

    return json_pack(
        "{s:s, s:s, s:s, s:b, s:o, s:o, s:o, s:o, s:o, s:o, s:I, s:I}", "test", a->test,
        "outcome", a->outcome, "unit", a->is_rate ? "fraction" : "mean", "reported",
        a->reported, "lift", real_json(a->lift), "low", real_json(a->low), "high",
        real_json(a->high), "half_width", real_json(cs_finished_half_width(a)),
        "noise_share", real_json(cs_finished_noise_share(a)), "smallest_lift_shown",
        real_json(a->smallest), "segments", (json_int_t)a->n_segments,
        "segments_reported", (json_int_t)a->n_reported);
}

static json_t *answers_json(const struct cs_comparison *comparison, size_t run)
{
    json_t *list = json_array();

    for (size_t k = 0; k < comparison->n_answers; k++)
        list = with(list, answer_json(comparison, k, run));
    return list;
}

static json_t *columns_json(const struct cs_finished *run)
{
    json_t *list = json_array();

    for (size_t i = 0; i < run->n_columns; i++)
        list = with(list, json_string(run->columns[i]));
    return list;
}

static json_t *generator_json(const struct cs_finished *run, size_t p)
{
    return json_pack("{s:s, s:o}", "used", run->used[p], "chi_square_per_cell",
                     real_json(run->chi_square[p]));
}

static json_t *costs_json(const struct cs_finished *run)
{
    return json_pack("{s:f, s:f, s:f}", "seconds", cs_comparison_rounded(run->seconds),
                     "bytes", cs_comparison_rounded((double)run->bytes),
                     "peak_memory_bytes",
                     cs_comparison_rounded((double)run->memory_bytes));
}

static json_t *place_json(size_t place)
{
    return place == CS_COMPARISON_NONE ? json_null()
                                       : json_integer((json_int_t)place + 1);
}

static json_t *standing_json(const struct cs_standing_of_run *standing)
{
    return json_pack("{s:I, s:o, s:o, s:b}", "rank", (json_int_t)standing->rank, "excess",
                     real_json(standing->excess), "dominated_by",
                     place_json(standing->dominated_by), "suffices", standing->suffices);
}

static json_t *metrics_json(const struct cs_comparison_real *real, size_t run)
{
    json_t *list = json_array();

    for (size_t k = 0; k < CS_COMPARISON_METRICS; k++)
        list = with(list, json_pack("{s:s, s:o}", "name", real->metrics[k]->name, "value",
                                    real_json(real->values[run][k])));
    return list;
}

static json_t *run_json(const struct cs_comparison_form *form, size_t r)
{
    const struct cs_finished *run = &form->comparison->runs[r];
    const bool counted = isfinite(run->v_people[CS_AT_BOTH]);

    return json_pack(
        "{s:I, s:s, s:s, s:s, s:b, s:o, s:o, s:o, s:s, s:I, s:o, s:{s:o, s:o}, s:o, s:o, "
        "s:o, s:o, s:o, s:o, s:o}",
        "run", (json_int_t)r + 1, "folder", run->folder, "study_digest",
        run->study_digest, "plan_digest", run->plan_digest, "private", run->is_private,
        "epsilon", real_json(run->epsilon), "epsilon_spent",
        real_json(run->epsilon_spent), "delta",
        run->is_private ? json_real(run->delta) : json_null(), "noise_of_cross_tables",
        run->joint_noise ? "joint" : "each", "tables", (json_int_t)run->n_tables,
        "columns", columns_json(run), "generators", "a", generator_json(run, 0), "b",
        generator_json(run, 1), "refit_chi_square_per_cell",
        real_json(run->fit_chi_square), "costs", costs_json(run), "people",
        real_json(counted ? run->people[CS_AT_BOTH] : NAN), "people_noise_variance",
        real_json(run->v_people[CS_AT_BOTH]), "standing",
        standing_json(&form->comparison->standing[r]), "answers",
        answers_json(form->comparison, r), "against_real_rows",
        form->real != NULL ? metrics_json(form->real, r) : json_null());
}

static json_t *runs_json(const struct cs_comparison_form *form)
{
    json_t *list = json_array();

    for (size_t r = 0; r < form->comparison->n_runs; r++)
        list = with(list, run_json(form, r));
    return list;
}

static json_t *sentences_json(const struct cs_comparison_form *form)
{
    static void (*const sentences[])(char *words,
                                     const struct cs_comparison_form *form) = {
        cs_comparison_verdict, cs_comparison_reason, cs_comparison_outlook,
        cs_comparison_budget,  cs_comparison_people,
    };
    json_t *list = json_array();
    char words[CS_COMPARISON_WORDS_BYTES];

    for (size_t i = 0; i < sizeof sentences / sizeof *sentences; i++) {
        sentences[i](words, form);
        list = with(list, json_string(words));
    }
    return list;
}

static json_t *terms_json(const struct cs_comparison_terms *terms)
{
    return json_pack("{s:f, s:o}", "tolerance", terms->tolerance, "lift",
                     terms->lift > 0 ? json_real(terms->lift) : json_null());
}

static json_t *ledger_json(const struct cs_comparison_ledger *ledger)
{
    if (ledger == NULL)
        return json_null();
    return json_pack("{s:I, s:I, s:f, s:f}", "runs", (json_int_t)ledger->runs,
                     "unprotected", (json_int_t)ledger->unprotected, "epsilon",
                     ledger->epsilon, "delta", ledger->delta);
}

enum cs_status cs_comparison_json(FILE *stream, const struct cs_comparison_form *form)
{
    const struct cs_comparison *comparison = form->comparison;
    const bool may_be_shared = form->real == NULL && cs_comparison_is_private(comparison);
    const char party[] = { comparison->runs->party, '\0' };

    json_t *json = json_pack(
        "{s:s, s:b, s:s, s:s, s:s, s:o, s:o, s:o, s:f, s:f, s:o, s:o}", "schema", SCHEMA,
        "may_be_shared", may_be_shared, "mark", cs_comparison_mark(form), "study",
        comparison->runs->study, "party", party, "terms", terms_json(&comparison->terms),
        "recommended", place_json(comparison->recommended), "sentences",
        sentences_json(form), "epsilon_sum", comparison->epsilon_sum, "delta_sum",
        comparison->delta_sum, "ledger", ledger_json(form->ledger), "runs",
        runs_json(form));
    enum cs_status st = CS_MEMORY;

    if (json != NULL &&
        (json_dumpf(json, stream, JSON_INDENT(2) | JSON_REAL_PRECISION(12)) == 0 ||
         ferror(stream)))
        st = CS_OK;
    fputc('\n', stream);
    json_decref(json);
    return st;
}
