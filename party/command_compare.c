/* compare: several finished runs beside each other: what each cost, and what it could
 * say.
 */
#include <stdlib.h>
#include <string.h>

#include "party/arguments.h"
#include "party/commands.h"
#include "party/comparison_forms.h"
#include "party/file.h"
#include "party/monitor.h"

enum { TOLERANCE_PERCENT = 10 };

/* What the command line says. */
struct words {
    struct cs_argument_list folders;
    const char *real, *ledger, *format, *output;
    double lift_points, within_percent;
};

static const struct {
    const char *name;
    enum cs_status (*write)(FILE *stream, const struct cs_comparison_form *form);
} forms[] = {
    { "text", cs_comparison_text },
    { "json", cs_comparison_json },
    { "html", cs_comparison_html },
};

enum { N_FORMS = sizeof forms / sizeof *forms };

static enum cs_status read_words(struct words *words, int argc, char **argv,
                                 struct cs_fault *fault)
{
    const struct cs_argument arguments[] = {
        { .name = "format", .text = &words->format },
        { .name = "ledger", .text = &words->ledger },
        { .name = "lift", .number = &words->lift_points },
        { .name = "output", .text = &words->output },
        { .name = "real", .text = &words->real },
        { .name = "within", .number = &words->within_percent },
    };
    enum cs_status st;

    CS_TRY(cs_arguments_read_list(argc, argv, arguments,
                                  sizeof arguments / sizeof *arguments, &words->folders,
                                  2, fault));
    if (words->lift_points > 0 && words->within_percent > 0)
        CS_TRY(cs_fault_say(fault, CS_CONFIG,
                            "--lift and --within are two rules; take one of them"));
out:
    return st;
}

static enum cs_status find_form(size_t *form, const char *name, struct cs_fault *fault)
{
    for (*form = 0; *form < N_FORMS; (*form)++)
        if (strcmp(forms[*form].name, name) == 0)
            return CS_OK;
    return cs_fault_say(fault, CS_CONFIG, "--format: %s is not text, json or html", name);
}

static enum cs_status write_form(const struct words *words, size_t form,
                                 const struct cs_comparison_form *comparison,
                                 struct cs_fault *fault)
{
    struct cs_file file = { .stream = NULL };
    enum cs_status st;

    CS_TRY(cs_file_create(&file, words->output, fault));
    CS_TRY(forms[form].write(file.stream, comparison));
    CS_TRY(cs_file_commit(&file, fault));
out:
    cs_file_discard(&file);
    return st;
}

static enum cs_status measure_real(struct cs_comparison_real *real,
                                   const struct words *words,
                                   const struct cs_comparison *comparison,
                                   struct cs_fault *fault)
{
    struct cs_monitor monitor;
    enum cs_status st;

    cs_monitor_init(&monitor, &(struct cs_log_options){ .style = CS_LOG_AUTO },
                    "compare");
    cs_monitor_begin(&monitor, "real");
    st = cs_comparison_real_measure(real, comparison, words->real, &monitor.progress,
                                    fault);
    cs_monitor_end(&monitor, st == CS_OK);
    return st;
}

static enum cs_status compare(const struct words *words, size_t form,
                              struct cs_finished *runs, struct cs_fault *fault)
{
    const double percent =
        words->within_percent > 0 ? words->within_percent : TOLERANCE_PERCENT;
    const struct cs_comparison_terms terms = { percent / 100, words->lift_points / 100 };
    struct cs_comparison comparison = { .answers = NULL };
    struct cs_comparison_real real;
    struct cs_comparison_ledger ledger;
    struct cs_comparison_form filled = { .comparison = &comparison };
    enum cs_status st = CS_OK;

    for (size_t r = 0; r < words->folders.n; r++)
        CS_TRY(cs_finished_read(&runs[r], words->folders.value[r], fault));
    CS_TRY(cs_comparison_make(&comparison, runs, words->folders.n, &terms, fault));
    if (words->ledger != NULL) {
        CS_TRY(cs_comparison_ledger_read(&ledger, &comparison, words->ledger, fault));
        filled.ledger = &ledger;
    }
    if (words->real != NULL) {
        CS_TRY(measure_real(&real, words, &comparison, fault));
        filled.real = &real;
    }
    CS_TRY(write_form(words, form, &filled, fault));
out:
    cs_comparison_wipe(&comparison);
    return st;
}

static enum cs_status run(int argc, char **argv, struct cs_fault *fault)
{
    struct words words = { .format = "text" };
    struct cs_finished *runs = NULL;
    enum cs_status st;
    size_t form;

    CS_TRY(read_words(&words, argc, argv, fault));
    CS_TRY(find_form(&form, words.format, fault));
    runs = calloc(words.folders.n, sizeof *runs);
    if (runs == NULL)
        CS_TRY(CS_MEMORY);
    CS_TRY(compare(&words, form, runs, fault));
out:
    for (size_t r = 0; runs != NULL && r < words.folders.n; r++)
        cs_finished_wipe(&runs[r]);
    free(runs);
    return st;
}

const struct cs_command cs_command_compare = {
    "compare",
    "privacy against utility over several finished runs; which is worth its price",
    "usage: cosynth compare OUTPUT OUTPUT.. [options]\n\n"
    "Compares runs on the same people and question, with another epsilon, noise, "
    "generator or\n"
    "columns, each by one party's output folder: what it cost, how wide its interval is, "
    "what\n"
    "it shows and for whom; and recommends one by a plain rule (docs/COMPARE.md). Reads "
    "private\n"
    "results alone, so that what it prints may be shared, unless --real is given.\n\n"
    "  --within PERCENT   recommend the smallest epsilon whose interval is at most that "
    "much\n"
    "                     wider than the narrowest; 10 if nothing is said\n"
    "  --lift POINTS      instead: the smallest epsilon that shows such a lift\n"
    "  --ledger LEDGER    of this party: refuse runs on other people, and say what else "
    "was\n"
    "                     spent on these\n"
    "  --real FILE        also how near synthetic rows are to these real ones of yours: "
    "do not\n"
    "                     share what it prints then\n"
    "  --format FORM      text (the default), json or html\n"
    "  --output FILE      in place of standard output\n\n"
    "examples:\n"
    "  cosynth compare out-1/a out-3/a out-8/a\n"
    "  cosynth compare out-1/a out-3/a --lift 2 --format html --output compare.html\n",
    run,
};
