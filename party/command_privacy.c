/* privacy: what a study would cost, before any run, and single questions. */
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "model/gaussian.h"
#include "party/arguments.h"
#include "party/commands.h"
#include "party/costs.h"
#include "party/file.h"

#define STEPS_MAX 10000000u

/* ---- plan ---- */

struct plan_words {
    const char *study;
    double epsilon;
    unsigned long rows[2];
    bool json;
};

static enum cs_status read_plan_words(struct plan_words *words, int argc, char **argv,
                                      struct cs_fault *fault)
{
    const char *format = "text";
    const struct cs_argument arguments[] = {
        { .name = "epsilon", .number = &words->epsilon },
        { .name = "rows-a", .count = &words->rows[CS_A] },
        { .name = "rows-b", .count = &words->rows[CS_B] },
        { .name = "format", .text = &format },
    };
    enum cs_status st;

    CS_TRY(cs_arguments_read(argc, argv, arguments, sizeof arguments / sizeof *arguments,
                             &words->study, 1, fault));
    words->json = strcmp(format, "json") == 0;
    if (!words->json && strcmp(format, "text") != 0)
        return cs_fault_say(fault, CS_CONFIG, "--format is text or json");
out:
    return st;
}

static enum cs_status read_study(struct cs_study **study, const struct plan_words *words,
                                 struct cs_fault *fault)
{
    const struct cs_study_override override = { .epsilon = words->epsilon };
    char *text = NULL;
    size_t n_bytes = 0;
    enum cs_status st;

    CS_TRY(cs_file_read(&text, &n_bytes, words->study, CS_STUDY_BYTES_MAX, fault));
    CS_TRY(cs_study_parse(study, text, n_bytes, words->study, &override, fault));
    if ((*study)->unprotected)
        CS_TRY(cs_fault_say(fault, CS_CONFIG,
                            "%s: privacy.epsilon is none: there is no bound to tell; "
                            "give --epsilon",
                            words->study));
out:
    free(text);
    return st;
}

/* Of tables alone the noise does not depend on how many rows there are. */
static enum cs_status settle_rows(size_t n_rows[static 2], const struct plan_words *words,
                                  const struct cs_study *study, struct cs_fault *fault)
{
    for (enum cs_party party = CS_A; party <= CS_B; party++) {
        const unsigned long given = words->rows[party], other = words->rows[1 - party];

        n_rows[party] = given > 0 ? given : other;
        if (n_rows[party] == 0 && cs_study_trains(study))
            return cs_fault_say(fault, CS_CONFIG,
                                "--rows-a, --rows-b: say how many rows the parties have; "
                                "the noise of training on them depends on it");
        if (n_rows[party] == 0)
            n_rows[party] = study->rows > 0 ? study->rows : 10000;
    }
    return CS_OK;
}

static enum cs_status plan(int argc, char **argv, struct cs_fault *fault)
{
    struct plan_words words = { 0 };
    struct cs_study *study = NULL;
    struct cs_plan *made = NULL;
    struct cs_costs costs;
    size_t n_rows[2];
    enum cs_status st;

    CS_TRY(read_plan_words(&words, argc, argv, fault));
    CS_TRY(read_study(&study, &words, fault));
    CS_TRY(settle_rows(n_rows, &words, study, fault));
    CS_TRY(cs_plan_make(&made, study, n_rows, fault));
    CS_TRY(cs_costs_count(&costs, made, study));
    CS_TRY((words.json ? cs_costs_json : cs_costs_text)(stdout, &costs, made, study));
out:
    cs_plan_free(made);
    cs_study_free(study);
    return st;
}

/* ---- epsilon ---- */

/* What a question says; 0 where it does not. */
struct question {
    const char *mechanism;
    double epsilon, delta, sigma, rate, rho;
    unsigned long steps;
};

static enum cs_status answer_gaussian(const struct question *q)
{
    if (q->epsilon > 0)
        printf("sigma %.6g\n", 1 / cs_gaussian_mu(q->epsilon, q->delta));
    else
        printf("epsilon %.6g\n", cs_gaussian_epsilon(1 / q->sigma, q->delta));
    return CS_OK;
}

static enum cs_status answer_zcdp(const struct question *q)
{
    if (q->epsilon > 0)
        printf("rho %.6g\n", cs_renyi_zcdp_rho(q->epsilon, q->delta));
    else
        printf("epsilon %.6g\n", cs_renyi_zcdp_epsilon(q->rho, q->delta));
    return CS_OK;
}

static enum cs_status answer_sampled(const struct question *q)
{
    const struct cs_pld_part part = { .q = q->rate,
                                      .sigma = q->sigma,
                                      .times = (unsigned)q->steps };
    struct cs_account account;
    double answer = 0;
    enum cs_status st;

    cs_account_init(&account);
    if (q->epsilon > 0) {
        CS_TRY(cs_account_sigma(&answer, &account, &part, q->epsilon, q->delta));
        printf(answer > 0 ? "sigma %.4g\n" : "sigma: none up to 1000 is enough\n",
               answer);
    } else {
        CS_TRY(cs_account_add(&account, &part));
        CS_TRY(cs_account_epsilon(&answer, &account, q->delta));
        printf("epsilon %.6g\n", answer);
    }
out:
    cs_account_wipe(&account);
    return st;
}

/* What each mechanism needs beside delta: --epsilon, or what is named here. */
static const struct mechanism {
    const char *name, *other;
    size_t offset; /* of the number that `other` sets */
    bool is_sampled;
    enum cs_status (*answer)(const struct question *q);
} mechanisms[] = {
    { "gaussian", "sigma", offsetof(struct question, sigma), false, answer_gaussian },
    { "sampled", "sigma", offsetof(struct question, sigma), true, answer_sampled },
    { "zcdp", "rho", offsetof(struct question, rho), false, answer_zcdp },
};

static const struct mechanism *find_mechanism(const char *name)
{
    for (size_t i = 0; i < sizeof mechanisms / sizeof *mechanisms; i++)
        if (strcmp(mechanisms[i].name, name) == 0)
            return &mechanisms[i];
    return NULL;
}

static enum cs_status check_question(const struct mechanism *mechanism,
                                     const struct question *q, struct cs_fault *fault)
{
    const double other = *(const double *)((const char *)q + mechanism->offset);

    if (!(q->delta > 0 && q->delta < 1))
        return cs_fault_say(fault, CS_CONFIG, "--delta: a number between 0 and 1");
    if ((q->epsilon > 0) == (other > 0))
        return cs_fault_say(fault, CS_CONFIG, "say --%s, or --epsilon to ask for it",
                            mechanism->other);
    if (mechanism->is_sampled && (q->rate <= 0 || q->steps == 0 || q->steps > STEPS_MAX))
        return cs_fault_say(fault, CS_CONFIG,
                            "--rate, --steps: how often a row is in a step, and how many "
                            "steps (%u at most)",
                            STEPS_MAX);
    return CS_OK;
}

static enum cs_status epsilon(int argc, char **argv, struct cs_fault *fault)
{
    struct question q = { 0 };
    const struct cs_argument arguments[] = {
        { .name = "epsilon", .number = &q.epsilon },
        { .name = "delta", .share = &q.delta },
        { .name = "sigma", .number = &q.sigma },
        { .name = "rho", .number = &q.rho },
        { .name = "rate", .share = &q.rate },
        { .name = "steps", .count = &q.steps },
    };
    enum cs_status st;

    CS_TRY(cs_arguments_read(argc, argv, arguments, sizeof arguments / sizeof *arguments,
                             &q.mechanism, 1, fault));
    const struct mechanism *mechanism = find_mechanism(q.mechanism);
    if (mechanism == NULL)
        return cs_fault_say(fault, CS_CONFIG, "%s is not gaussian, sampled or zcdp",
                            q.mechanism);
    CS_TRY(check_question(mechanism, &q, fault));
    CS_TRY(mechanism->answer(&q));
out:
    return st;
}

static const struct {
    const char *name;
    enum cs_status (*run)(int argc, char **argv, struct cs_fault *fault);
} questions[] = { { "plan", plan }, { "epsilon", epsilon } };

static enum cs_status run(int argc, char **argv, struct cs_fault *fault)
{
    for (size_t i = 0; argc > 1 && i < sizeof questions / sizeof *questions; i++)
        if (strcmp(argv[1], questions[i].name) == 0) {
            argv[1] = argv[0]; /* the command whose help is named where words are wrong */
            return questions[i].run(argc - 1, argv + 1, fault);
        }
    return cs_fault_say(fault, CS_CONFIG,
                        "say `cosynth privacy plan` or `cosynth privacy epsilon`; "
                        "`cosynth privacy --help` shows both");
}

const struct cs_command cs_command_privacy = {
    "privacy",
    "what a study would cost in privacy, before any run",
    "usage: cosynth privacy plan STUDY [options]\n"
    "       cosynth privacy epsilon MECHANISM --delta D [options]\n\n"
    "plan says what each stage of a run would cost, the noise that follows, and the "
    "total, for a\n"
    "person at both parties and, with `link: private`, at one alone. It reads no "
    "rows.\n\n"
    "  --rows-a N        how many rows party a has; needed where the study trains on "
    "rows, because\n"
    "                    the noise of training depends on it\n"
    "  --rows-b N        those of b; of one that is not given as many as of the other\n"
    "  --epsilon E       in place of the study's budget\n"
    "  --format FORM     text (the default) or json\n\n"
    "epsilon answers a single question about a MECHANISM whose result one person changes "
    "by 1:\n\n"
    "  gaussian          noise of standard deviation --sigma S, once; exact\n"
    "  sampled           --steps T of it, each on rows that are taken with probability "
    "--rate Q\n"
    "  zcdp              any release of --rho R of zero-concentrated privacy\n\n"
    "  --delta D         the delta of the answer\n"
    "  --epsilon E       asks for sigma, or rho, in place of epsilon\n\n"
    "examples:\n"
    "  cosynth privacy plan study.yaml --rows-a 64000 --epsilon 1\n"
    "  cosynth privacy epsilon sampled --rate 0.01 --steps 10000 --sigma 4 --delta 1e-5\n"
    "  cosynth privacy epsilon gaussian --epsilon 1 --delta 1e-6\n",
    run,
};
