#include "model/judge.h"

#include <math.h>
#include <string.h>

#include "model/kind.h"

/* Rows drawn to judge by, at most; batches whose loss is taken. */
enum { DRAWN_MAX = 1 << 16, BATCHES = 8 };

static const double certain = 1.64; /* standard deviations: one-sided, 1 in 20 */
static const double unseen = .05;   /* of the people */
static const double followed = .25; /* of the optimism that there may be */

struct hearing {
    struct cs_judgement *judgement;
    const struct cs_evidence *evidence;
    struct cs_rng *rng;
    struct cs_rng drawing; /* the same for all: what is alike proposes the same rows */
    double loss_most, missing_most, variety_least;
    struct cs_codes rows[CS_CONTENDERS]; /* what each proposes */
};

/* ---- one contender ---- */

static bool are_finite(struct cs_generator *generator)
{
    size_t n_blocks;
    const struct cs_weight_block *block = cs_generator_blocks(generator, &n_blocks);

    for (size_t b = 0; b < n_blocks; b++)
        for (size_t i = 0; i < block[b].n; i++)
            if (!isfinite(block[b].weight[i]))
                return false;
    return true;
}

/* On the private population. */
static double loss_of(struct cs_generator *generator, const struct hearing *hearing)
{
    double sum = 0;

    for (int batch = 0; batch < BATCHES; batch++)
        sum += cs_generator_loss(generator, hearing->evidence->people, hearing->rng);
    return sum / BATCHES;
}

/* Rows for labels of the population, spread over it. */
static enum cs_status draw(struct cs_codes *rows, struct cs_generator *generator,
                           const struct hearing *hearing)
{
    const struct cs_evidence *evidence = hearing->evidence;
    const struct cs_codes *people = evidence->people;
    const size_t n = people->n_rows < DRAWN_MAX ? people->n_rows : DRAWN_MAX;
    const uint8_t *from =
        cs_codes_column(people, cs_kind_label(evidence->noisy->study, evidence->party));
    struct cs_rng drawing = hearing->drawing;
    struct cs_codes labels = { 0 };
    enum cs_status st = CS_OK;

    CS_TRY(cs_codes_init(&labels, n, 1));
    for (size_t i = 0; i < n; i++)
        labels.code[i] = from[i * people->n_rows / n];
    CS_TRY(cs_codes_init(rows, n, people->n_columns));
    CS_TRY(cs_generator_sample(generator, rows, labels.code, &drawing));
out:
    cs_codes_wipe(&labels);
    return st;
}

static uint32_t thousandths(double x)
{
    return isfinite(x) && x >= 0 && x * 1000 < UINT32_MAX - 1. ? (uint32_t)(x * 1000 + .5)
                                                               : CS_UNKNOWN;
}

/* Everything but how it compares with the others. */
static enum cs_status hear(struct hearing *hearing, enum cs_contender contender,
                           struct cs_generator *generator)
{
    struct cs_found *found = &hearing->judgement->found[contender];
    struct cs_codes *rows = &hearing->rows[contender];
    enum cs_status st = CS_OK;
    double variety;

    found->standing = CS_DIVERGED;
    if (!are_finite(generator))
        goto out;
    if (contender != CS_SEPARATE) {
        const double loss = loss_of(generator, hearing);
        found->figure[CS_LOSS] = thousandths(loss);
        if (!isfinite(loss) || fabs(loss) > hearing->loss_most)
            goto out;
    }
    CS_TRY(draw(rows, generator, hearing));
    const double missing = cs_evidence_missing(hearing->evidence, rows);
    CS_TRY(cs_evidence_variety(&variety, rows));
    found->figure[CS_MISSING] = thousandths(missing);
    found->figure[CS_VARIETY] = thousandths(variety);
    found->standing = missing > hearing->missing_most || variety < hearing->variety_least
                          ? CS_COLLAPSED
                          : CS_STANDS;
out:
    return st;
}

/* ---- one against another ---- */

/* Compares those that stand; what is left of one is whether it is better than other, or
 * than other with the handicap of being fitted to the noise. */
static enum cs_status contest(struct hearing *hearing, enum cs_contender one,
                              enum cs_contender other)
{
    struct cs_found *found = hearing->judgement->found;
    struct cs_comparison c;
    enum cs_status st = CS_OK;

    if (found[one].standing != CS_STANDS || found[other].standing != CS_STANDS)
        goto out;
    CS_TRY(cs_evidence_compare(&c, hearing->evidence, &hearing->rows[one],
                               &hearing->rows[other]));
    if (c.n_cells == 0)
        goto out;
    found[one].figure[CS_CHI_SQUARE] = thousandths(c.chi_square[0] / (double)c.n_cells);
    found[other].figure[CS_CHI_SQUARE] = thousandths(c.chi_square[1] / (double)c.n_cells);
    const double handicap =
        other == CS_SEPARATE ? certain * c.deviation + followed * c.optimism : 0;
    if (c.chi_square[0] + handicap > c.chi_square[1])
        found[one].standing = CS_NO_BETTER;
out:
    return st;
}

static enum cs_contender first_standing(const struct cs_judgement *judgement)
{
    enum cs_contender chosen = CS_TUNED;

    while (judgement->found[chosen].standing != CS_STANDS)
        chosen++;
    return chosen;
}

/* ---- the whole ---- */

/* What it costs to guess all codes alike, a row. */
static double guessing(const struct cs_evidence *evidence)
{
    const struct cs_schema *schema = &evidence->noisy->study->schema;
    const size_t label = cs_kind_label(evidence->noisy->study, evidence->party);
    double nats = 0;

    for (size_t j = 0; j < schema->n_order[evidence->party]; j++)
        if (j != label)
            nats +=
                log((double)schema->columns[schema->order[evidence->party][j]].n_codes);
    return nats;
}

/* The bounds that a contender must keep. */
static enum cs_status open(struct hearing *hearing, const struct cs_recipe *recipe)
{
    const struct cs_evidence *evidence = hearing->evidence;
    struct cs_generator *untrained = NULL;
    enum cs_status st = CS_OK;
    double variety;

    for (size_t c = 0; c < CS_CONTENDERS; c++)
        for (size_t f = 0; f < CS_FIGURES; f++)
            hearing->judgement->found[c].figure[f] = CS_UNKNOWN;
    CS_TRY(cs_generator_new(&untrained, evidence->noisy->study, recipe, evidence->party,
                            NULL));
    CS_TRY(cs_evidence_variety(&variety, evidence->people));
    hearing->missing_most = unseen + cs_evidence_missing(evidence, evidence->people);
    hearing->loss_most = fabs(loss_of(untrained, hearing)) + guessing(evidence);
    hearing->variety_least = sqrt(variety);
out:
    cs_generator_free(untrained);
    return st;
}

static enum cs_status hear_trained(struct hearing *hearing,
                                   struct cs_generator *generator,
                                   const struct cs_kept *after,
                                   const struct cs_kept *before)
{
    enum cs_status st = CS_OK;

    if (before->taken) {
        cs_kept_put_back(before, generator);
        CS_TRY(hear(hearing, CS_FITTED, generator));
    }
    if (after->taken) {
        cs_kept_put_back(after, generator);
        CS_TRY(hear(hearing, CS_TUNED, generator));
    }
    CS_TRY(contest(hearing, CS_TUNED, CS_FITTED));
    CS_TRY(contest(hearing, CS_TUNED, CS_SEPARATE));
    CS_TRY(contest(hearing, CS_FITTED, CS_SEPARATE));
out:
    return st;
}

enum cs_status cs_judge(struct cs_judgement *judgement, struct cs_generator **generator,
                        bool tuned, const struct cs_kept *before,
                        const struct cs_evidence *evidence, struct cs_rng *rng)
{
    const struct cs_study *study = evidence->noisy->study;
    struct hearing hearing = {
        .judgement = judgement, .evidence = evidence, .rng = rng, .drawing = *rng
    };
    struct cs_generator *separate = NULL;
    struct cs_kept after = { 0 };
    enum cs_status st = CS_OK;

    memset(judgement, 0, sizeof *judgement);
    CS_TRY(open(&hearing, &(*generator)->recipe));
    CS_TRY(cs_generator_new_independent(&separate, study, &(*generator)->recipe,
                                        evidence->party));
    CS_TRY(cs_generator_remember(separate, evidence->people, rng));
    CS_TRY(hear(&hearing, CS_SEPARATE, separate));
    judgement->found[CS_SEPARATE].standing = CS_STANDS;
    if (tuned)
        CS_TRY(cs_kept_take(&after, *generator));
    if ((*generator)->kind != separate->kind)
        CS_TRY(hear_trained(&hearing, *generator, &after, before));
    judgement->chosen = first_standing(judgement);
    if (judgement->chosen != CS_SEPARATE) {
        cs_kept_put_back(judgement->chosen == CS_TUNED ? &after : before, *generator);
        goto out;
    }
    cs_generator_free(*generator);
    *generator = separate;
    separate = NULL;
out:
    for (size_t c = 0; c < CS_CONTENDERS; c++)
        cs_codes_wipe(&hearing.rows[c]);
    cs_kept_wipe(&after);
    cs_generator_free(separate);
    return st;
}

bool cs_judgement_is_whole(const struct cs_judgement *judgement)
{
    const struct cs_found *found = judgement->found;

    for (size_t c = 0; c < CS_CONTENDERS; c++)
        if ((unsigned)found[c].standing > CS_NO_BETTER)
            return false;
    return (unsigned)judgement->chosen < CS_CONTENDERS &&
           found[judgement->chosen].standing == CS_STANDS;
}
