/* evaluate: two files of rows, a real and a synthetic one, compared by their owner. */
#include <stdlib.h>
#include <string.h>

#include "party/arguments.h"
#include "party/commands.h"
#include "party/evaluation.h"
#include "party/file.h"
#include "party/monitor.h"
#include "party/source.h"

/* What the command line says. */
struct words {
    const char *files[CS_SIDES]; /* of the holdout NULL if there is none */
    const char *compat, *format, *output, *target, *time, *event;
    struct cs_argument_list category, only, sensitive;
    unsigned long seed;
};

static enum cs_status read_words(struct words *words, int argc, char **argv,
                                 struct cs_fault *fault)
{
    const struct cs_argument arguments[] = {
        { .name = "category", .list = &words->category },
        { .name = "compat", .text = &words->compat },
        { .name = "event", .text = &words->event },
        { .name = "format", .text = &words->format },
        { .name = "holdout", .text = &words->files[CS_HOLDOUT] },
        { .name = "only", .list = &words->only },
        { .name = "output", .text = &words->output },
        { .name = "seed", .count = &words->seed },
        { .name = "sensitive", .list = &words->sensitive },
        { .name = "target", .text = &words->target },
        { .name = "time", .text = &words->time },
    };

    return cs_arguments_read(argc, argv, arguments, sizeof arguments / sizeof *arguments,
                             words->files, 2, fault);
}

static enum cs_status read_compat(enum cs_compat *compat, const char *word,
                                  struct cs_fault *fault)
{
    *compat = CS_COMPAT_NONE;
    if (word == NULL)
        return CS_OK;
    for (*compat = CS_COMPAT_SYNTHCITY; *compat <= CS_COMPAT_SDMETRICS; (*compat)++)
        if (strcmp(word, cs_compat_name(*compat)) == 0)
            return CS_OK;
    return cs_fault_say(fault, CS_CONFIG, "--compat: %s is not synthcity or sdmetrics",
                        word);
}

static const struct {
    const char *name;
    enum cs_status (*write)(FILE *stream, const struct cs_evaluation_result *result);
} forms[] = {
    { "text", cs_evaluation_text },
    { "json", cs_evaluation_json },
    { "html", cs_evaluation_html },
};

static enum cs_status find_form(size_t *form, const char *word, struct cs_fault *fault)
{
    for (*form = 0; *form < sizeof forms / sizeof *forms; (*form)++)
        if (word == NULL || strcmp(word, forms[*form].name) == 0)
            return CS_OK;
    return cs_fault_say(fault, CS_CONFIG, "--format: %s is not text, json or html", word);
}

static enum cs_status check_survival(const struct words *words, struct cs_fault *fault)
{
    if ((words->time == NULL) == (words->event == NULL))
        return CS_OK;
    return cs_fault_say(fault, CS_CONFIG, "--time and --event need each other");
}

static enum cs_status check_only(const struct cs_argument_list *only,
                                 struct cs_fault *fault)
{
    for (size_t k = 0; k < only->n; k++) {
        size_t g = 0;

        while (g < cs_metric_groups_count &&
               strcmp(only->value[k], cs_metric_groups[g]->name) != 0)
            g++;
        if (g == cs_metric_groups_count)
            return cs_fault_say(fault, CS_CONFIG,
                                "--only: there is no group %s; `cosynth evaluate --help` "
                                "has them",
                                only->value[k]);
    }
    return CS_OK;
}

/* What is compared, and which of its columns the words name. */
struct subject {
    struct cs_compared compared;
    const struct cs_compared_column *target, *time, *event;
    const struct cs_compared_column *sensitive[CS_ARGUMENT_LIST_MAX]; /* (n_sensitive) */
    size_t n_sensitive;
};

/* The column that an option names, which each file must have. */
static enum cs_status need_column(const struct cs_compared_column **column,
                                  const struct cs_compared *compared,
                                  const struct cs_sheet *sheets, const char *const *files,
                                  const char *option, const char *name,
                                  struct cs_fault *fault)
{
    const size_t k = cs_compared_find(compared, name);
    size_t s = 0;

    if (k < compared->n_columns) {
        *column = &compared->columns[k];
        return CS_OK;
    }
    while (files[s] == NULL || cs_sheet_find(&sheets[s], name) < sheets[s].n_columns)
        s++;
    return cs_fault_say(fault, CS_CONFIG, "--%s: %s has no column %s", option, files[s],
                        name);
}

/* The same, which must be of numbers. */
static enum cs_status need_number(const struct cs_compared_column **column,
                                  const struct cs_compared *compared,
                                  const struct cs_sheet *sheets, const char *const *files,
                                  const char *option, const char *name,
                                  struct cs_fault *fault)
{
    enum cs_status st;

    CS_TRY(need_column(column, compared, sheets, files, option, name, fault));
    if (!(*column)->is_number)
        CS_TRY(cs_fault_say(fault, CS_CONFIG, "--%s: %s is not a number in all rows",
                            option, name));
out:
    return st;
}

static enum cs_status need_columns(struct subject *subject, const struct cs_sheet *sheets,
                                   const struct words *words, struct cs_fault *fault)
{
    enum cs_status st = CS_OK;

    if (words->target != NULL)
        CS_TRY(need_column(&subject->target, &subject->compared, sheets, words->files,
                           "target", words->target, fault));
    for (size_t k = 0; k < words->sensitive.n; k++)
        CS_TRY(need_column(&subject->sensitive[k], &subject->compared, sheets,
                           words->files, "sensitive", words->sensitive.value[k], fault));
    subject->n_sensitive = words->sensitive.n;
    if (words->time != NULL) {
        CS_TRY(need_number(&subject->time, &subject->compared, sheets, words->files,
                           "time", words->time, fault));
        CS_TRY(need_number(&subject->event, &subject->compared, sheets, words->files,
                           "event", words->event, fault));
    }
out:
    return st;
}

static enum cs_status read_files(struct subject *subject, const struct words *words,
                                 struct cs_monitor *monitor, struct cs_fault *fault)
{
    struct cs_sheet sheets[CS_SIDES] = { { 0 } };
    const struct cs_sheet *there[CS_SIDES] = { NULL };
    enum cs_status st = CS_OK;

    cs_monitor_begin(monitor, "read");
    for (size_t s = 0; s < CS_SIDES; s++) {
        if (words->files[s] == NULL)
            continue;
        CS_TRY(
            cs_file_source_sheet(&sheets[s], words->files[s], &monitor->progress, fault));
        there[s] = &sheets[s];
    }
    CS_TRY(cs_compared_make(&subject->compared, there, words->category.value,
                            words->category.n, fault));
    CS_TRY(need_columns(subject, sheets, words, fault));
out:
    cs_monitor_end(monitor, st == CS_OK);
    for (size_t s = 0; s < CS_SIDES; s++)
        cs_sheet_wipe(&sheets[s]);
    return st;
}

/* Of a group that nobody asked for by name, just what can be measured. */
static enum cs_status choose(bool *chosen, const struct cs_metric_group *group,
                             const struct cs_evaluation *evaluation,
                             const struct words *words, struct cs_fault *fault)
{
    const bool can = group->needs == NULL || group->is_given(evaluation);
    const bool is_named = cs_argument_list_has(&words->only, group->name);

    *chosen = words->only.n > 0 ? is_named : can;
    if (*chosen && !can)
        return cs_fault_say(fault, CS_CONFIG, "--only: %s needs %s", group->name,
                            group->needs);
    return CS_OK;
}

static enum cs_status measure(struct cs_evaluation_result *result,
                              const struct words *words, struct cs_monitor *monitor,
                              struct cs_fault *fault)
{
    enum cs_status st = CS_OK;
    bool chosen;

    for (size_t g = 0; g < cs_metric_groups_count && st == CS_OK; g++) {
        const struct cs_metric_group *group = cs_metric_groups[g];
        struct cs_evaluated_group *evaluated = &result->groups[result->n_groups];

        CS_TRY(choose(&chosen, group, result->evaluation, words, fault));
        if (!chosen)
            continue;
        CS_REQUIRE(group->n <= CS_METRICS_MAX);
        cs_monitor_begin(monitor, group->name);
        evaluated->group = group;
        st = group->measure(evaluated->values, result->evaluation);
        cs_monitor_end(monitor, st == CS_OK);
        result->n_groups++;
    }
out:
    return st;
}

/* Everything that the forms tell. */
static enum cs_status measure_all(struct cs_evaluation_result *result,
                                  const struct words *words, struct subject *subject,
                                  struct cs_evaluation *evaluation,
                                  struct cs_monitor *monitor, struct cs_fault *fault)
{
    enum cs_status st;

    CS_TRY(read_files(subject, words, monitor, fault));
    evaluation->target = subject->target;
    evaluation->time = subject->time;
    evaluation->event = subject->event;
    evaluation->sensitive = subject->sensitive;
    evaluation->n_sensitive = subject->n_sensitive;
    result->groups = calloc(cs_metric_groups_count, sizeof *result->groups);
    result->shapes = calloc(subject->compared.n_columns, sizeof *result->shapes);
    if (result->groups == NULL || result->shapes == NULL)
        return CS_MEMORY;
    CS_TRY(cs_column_shapes(result->shapes, &subject->compared));
    CS_TRY(measure(result, words, monitor, fault));
out:
    return st;
}

static enum cs_status evaluate(FILE *stream, size_t form, const struct words *words,
                               enum cs_compat compat, struct cs_fault *fault)
{
    struct subject subject = { .target = NULL };
    struct cs_neighbourhood neighbourhoods[2] = { { .there = false } };
    struct cs_evaluation evaluation = { .compared = &subject.compared,
                                        .compat = compat,
                                        .seed = words->seed,
                                        .neighbourhoods = neighbourhoods };
    struct cs_evaluation_result result = { .evaluation = &evaluation };
    struct cs_monitor monitor;
    enum cs_status st;

    memcpy(result.files, words->files, sizeof result.files);
    cs_monitor_init(&monitor, &(struct cs_log_options){ .style = CS_LOG_AUTO },
                    "evaluate");
    evaluation.progress = &monitor.progress;
    CS_TRY(cs_workers_new(&evaluation.workers, cs_workers_cores()));
    CS_TRY(measure_all(&result, words, &subject, &evaluation, &monitor, fault));
    CS_TRY(forms[form].write(stream, &result));
out:
    cs_workers_free(evaluation.workers);
    cs_neighbourhood_wipe(&neighbourhoods[0]);
    cs_neighbourhood_wipe(&neighbourhoods[1]);
    cs_compared_wipe(&subject.compared);
    free(result.groups);
    free(result.shapes);
    return st;
}

static enum cs_status run(int argc, char **argv, struct cs_fault *fault)
{
    struct words words = { .compat = NULL };
    struct cs_file file = { .stream = NULL };
    enum cs_compat compat;
    enum cs_status st;
    size_t form;

    CS_TRY(read_words(&words, argc, argv, fault));
    CS_TRY(read_compat(&compat, words.compat, fault));
    CS_TRY(find_form(&form, words.format, fault));
    CS_TRY(check_only(&words.only, fault));
    CS_TRY(check_survival(&words, fault));
    CS_TRY(cs_file_create(&file, words.output, fault));
    CS_TRY(evaluate(file.stream, form, &words, compat, fault));
    CS_TRY(cs_file_commit(&file, fault));
out:
    cs_file_discard(&file);
    return st;
}

const struct cs_command cs_command_evaluate = {
    "evaluate",
    "how near a synthetic file is to the real one, for its owner alone",
    "usage: cosynth evaluate REAL.csv SYNTHETIC.csv [options]\n\n"
    "Compares any two CSV files with the same columns, metric by metric, each with its\n"
    "direction, range and meaning (docs/EVALUATE.md). It reads real rows and adds no "
    "noise:\n"
    "do not share what it prints.\n\n"
    "  --category COLUMN    is one, though it looks like a number; may be repeated\n"
    "  --compat PEER        synthcity or sdmetrics: a metric as the peer has it, where "
    "that is\n"
    "                       not what the metric is meant to be\n"
    "  --event COLUMN       whether what is waited for came: 0 if not; with --time\n"
    "  --format FORM        text (the default), json, or html for a browser\n"
    "  --holdout FILE       real rows that the synthesis never saw\n"
    "  --only GROUP         may be repeated: sanity, marginal, shapes, joint, survival\n"
    "                       (which needs --time), detection, utility (which needs\n"
    "                       --target), privacy, anonymity, disclosure, attack (which\n"
    "                       needs --holdout or --sensitive)\n"
    "  --output FILE        in place of standard output\n"
    "  --seed N             of which rows are drawn, where not all are used\n"
    "  --sensitive COLUMN   what people would not have others know; may be repeated\n"
    "  --target COLUMN      what others should predict\n"
    "  --time COLUMN        how long a row was watched; with --event\n\n"
    "examples:\n"
    "  cosynth evaluate a.csv out/a/synthetic.csv\n"
    "  cosynth evaluate a.csv out/a/synthetic.csv --only shapes --format json\n"
    "  cosynth evaluate a.csv out/a/synthetic.csv --format html --output "
    "evaluation.html\n",
    run,
};
