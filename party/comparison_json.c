#include <jansson.h>
#include <math.h>

#include "party/comparison_forms.h"
#include "party/json_object.h"

#define SCHEMA "cosynth-comparison/1"

/* A run of the form. */
struct about_run {
    const struct cs_comparison_form *form;
    size_t run;
};

static void put_count(struct cs_json *object, const char *key, size_t count)
{
    cs_json_put(object, key, json_integer((json_int_t)count));
}

/* Counted from 1; null for none. */
static void put_place(struct cs_json *object, const char *key, size_t place)
{
    if (place == CS_COMPARISON_NONE)
        cs_json_put(object, key, json_null());
    else
        put_count(object, key, place + 1);
}

static json_t *answer_json(const void *of, size_t answer)
{
    const struct about_run *about = of;
    const struct cs_finished_answer *a =
        cs_comparison_answer(about->form->comparison, answer, about->run);
    struct cs_json o = cs_json_new();

    cs_json_put(&o, "test", json_string(a->test));
    cs_json_put(&o, "outcome", json_string(a->outcome));
    cs_json_put(&o, "unit", json_string(a->is_rate ? "fraction" : "mean"));
    cs_json_put(&o, "capped", json_boolean(a->is_capped));
    cs_json_put(&o, "reported", json_boolean(a->reported));
    cs_json_put_real(&o, "lift", a->lift);
    cs_json_put_real(&o, "low", a->low);
    cs_json_put_real(&o, "high", a->high);
    cs_json_put_real(&o, "half_width", cs_finished_half_width(a));
    cs_json_put_real(&o, "noise_share", cs_finished_noise_share(a));
    cs_json_put_real(&o, "smallest_lift_shown", a->smallest);
    put_count(&o, "segments", a->n_segments);
    put_count(&o, "segments_reported", a->n_reported);
    return cs_json_finish(&o);
}

static json_t *column_json(const void *of, size_t i)
{
    const struct cs_finished *run = of;

    return json_string(run->columns[i]);
}

static json_t *generator_json(const struct cs_finished *run, size_t p)
{
    struct cs_json o = cs_json_new();

    cs_json_put(&o, "used", json_string(run->used[p]));
    cs_json_put_real(&o, "chi_square_per_cell", run->chi_square[p]);
    return cs_json_finish(&o);
}

static json_t *generators_json(const struct cs_finished *run)
{
    struct cs_json o = cs_json_new();

    cs_json_put(&o, "a", generator_json(run, 0));
    cs_json_put(&o, "b", generator_json(run, 1));
    return cs_json_finish(&o);
}

static json_t *costs_json(const struct cs_finished *run)
{
    struct cs_json o = cs_json_new();

    cs_json_put_real(&o, "seconds", cs_comparison_rounded(run->seconds));
    cs_json_put_real(&o, "bytes", cs_comparison_rounded((double)run->bytes));
    cs_json_put_real(&o, "peak_memory_bytes",
                     cs_comparison_rounded((double)run->memory_bytes));
    return cs_json_finish(&o);
}

static json_t *standing_json(const struct cs_standing_of_run *standing)
{
    struct cs_json o = cs_json_new();

    put_count(&o, "rank", standing->rank);
    cs_json_put_real(&o, "excess", standing->excess);
    put_place(&o, "dominated_by", standing->dominated_by);
    cs_json_put(&o, "suffices", json_boolean(standing->suffices));
    return cs_json_finish(&o);
}

static json_t *metric_json(const void *of, size_t k)
{
    const struct about_run *about = of;
    const struct cs_comparison_real *real = about->form->real;
    struct cs_json o = cs_json_new();

    cs_json_put(&o, "name", json_string(real->metrics[k]->name));
    cs_json_put_real(&o, "value", real->values[about->run][k]);
    return cs_json_finish(&o);
}

static void put_settings(struct cs_json *o, const struct cs_finished *run)
{
    cs_json_put(o, "folder", json_string(run->folder));
    cs_json_put(o, "study_digest", json_string(run->study_digest));
    cs_json_put(o, "plan_digest", json_string(run->plan_digest));
    cs_json_put(o, "private", json_boolean(run->is_private));
    cs_json_put_real(o, "epsilon", run->epsilon);
    cs_json_put_real(o, "epsilon_spent", run->epsilon_spent);
    cs_json_put_real(o, "delta", run->is_private ? run->delta : NAN);
    cs_json_put(o, "noise_of_cross_tables",
                json_string(run->joint_noise ? "joint" : "each"));
    put_count(o, "tables", run->n_tables);
    cs_json_put(o, "columns", cs_json_list(column_json, run, run->n_columns));
    cs_json_put(o, "generators", generators_json(run));
    cs_json_put_real(o, "refit_chi_square_per_cell", run->fit_chi_square);
}

static json_t *run_json(const void *of, size_t r)
{
    const struct cs_comparison_form *form = of;
    const struct cs_finished *run = &form->comparison->runs[r];
    const struct about_run about = { form, r };
    struct cs_json o = cs_json_new();

    put_count(&o, "run", r + 1);
    put_settings(&o, run);
    cs_json_put(&o, "costs", costs_json(run));
    cs_json_put_real(&o, "people", run->people[CS_AT_BOTH]);
    cs_json_put_real(&o, "people_noise_variance", run->v_people[CS_AT_BOTH]);
    cs_json_put(&o, "standing", standing_json(&form->comparison->standing[r]));
    cs_json_put(&o, "answers",
                cs_json_list(answer_json, &about, form->comparison->n_answers));
    cs_json_put(&o, "against_real_rows",
                form->real == NULL
                    ? json_null()
                    : cs_json_list(metric_json, &about, CS_COMPARISON_METRICS));
    return cs_json_finish(&o);
}

static void (*const sentences[])(char *words, const struct cs_comparison_form *form) = {
    cs_comparison_verdict, cs_comparison_reason, cs_comparison_outlook,
    cs_comparison_budget,  cs_comparison_people,
};

static json_t *sentence_json(const void *of, size_t i)
{
    char words[CS_COMPARISON_WORDS_BYTES];

    sentences[i](words, of);
    return json_string(words);
}

static json_t *terms_json(const struct cs_comparison_terms *terms)
{
    struct cs_json o = cs_json_new();

    cs_json_put_real(&o, "tolerance", terms->tolerance);
    cs_json_put_real(&o, "lift", terms->lift > 0 ? terms->lift : NAN);
    return cs_json_finish(&o);
}

static json_t *ledger_json(const struct cs_comparison_ledger *ledger)
{
    struct cs_json o = cs_json_new();

    put_count(&o, "runs", ledger->runs);
    put_count(&o, "unprotected", ledger->unprotected);
    cs_json_put_real(&o, "epsilon", ledger->epsilon);
    cs_json_put_real(&o, "delta", ledger->delta);
    return cs_json_finish(&o);
}

static json_t *form_json(const struct cs_comparison_form *form)
{
    const struct cs_comparison *comparison = form->comparison;
    const char party[] = { comparison->runs->party, '\0' };
    struct cs_json o = cs_json_new();

    cs_json_put(&o, "schema", json_string(SCHEMA));
    cs_json_put(&o, "may_be_shared",
                json_boolean(form->real == NULL && cs_comparison_is_private(comparison)));
    cs_json_put(&o, "mark", json_string(cs_comparison_mark(form)));
    cs_json_put(&o, "study", json_string(comparison->runs->study));
    cs_json_put(&o, "party", json_string(party));
    cs_json_put(&o, "terms", terms_json(&comparison->terms));
    put_place(&o, "recommended", comparison->recommended);
    cs_json_put(&o, "sentences",
                cs_json_list(sentence_json, form, sizeof sentences / sizeof *sentences));
    cs_json_put_real(&o, "epsilon_sum", comparison->epsilon_sum);
    cs_json_put_real(&o, "delta_sum", comparison->delta_sum);
    cs_json_put(&o, "ledger",
                form->ledger == NULL ? json_null() : ledger_json(form->ledger));
    cs_json_put(&o, "runs", cs_json_list(run_json, form, comparison->n_runs));
    return cs_json_finish(&o);
}

enum cs_status cs_comparison_json(FILE *stream, const struct cs_comparison_form *form)
{
    return cs_json_write(stream, form_json(form), 12);
}
