/* judge.h: which candidates of a party are worth proposing, by private results alone.
 *
 * There are up to three contenders; the first that stands is taken:
 *
 *   tuned        the generator after training on real rows
 *   fitted       its weights before that, fitted to the population
 *   independent  columns drawn independently given the label, from the population
 *
 * A contender falls if it
 *
 *   diverged     a weight is not finite; or the loss on the private population is not,
 *                or is larger than that of untrained weights by more than it costs to
 *                guess all codes alike (the sum of ln(codes) over the features)
 *   collapsed    more than a twentieth of the people have a code that it never shows
 *                and that the population shows; or it shows fewer different rows than
 *                the square root of the population's, which is half of the entropy
 *                (Renyi, "On Measures of Entropy and Information", 1961, of order 2)
 *   no better    its chi-square against the noisy own tables of two columns
 *                (model/evidence.h) is not below that of independent columns by 1.64
 *                standard deviations and a quarter of the optimism that there may be,
 *                which is what there is (docs/NUMERICS.md); tuned falls also if it is
 *                above that of fitted
 *
 * So where the noise hides which is better, the simpler one is taken: it has nothing in
 * it that was not measured.
 *
 * Everything that is looked at is private already, weights included, which were trained
 * on the population and, by DP-SGD, on real rows. So choosing costs nothing. A generator
 * that is good for what no own table of two columns shows gets no credit for it.
 *
 *   Ownership  all is borrowed but *generator, which may be freed and replaced
 *   Errors     CS_MEMORY
 */
#ifndef CS_MODEL_JUDGE_H
#define CS_MODEL_JUDGE_H

#include "model/evidence.h"
#include "model/kept.h"

enum cs_contender { CS_TUNED, CS_FITTED, CS_SEPARATE, CS_CONTENDERS };

enum cs_standing { CS_ABSENT, CS_STANDS, CS_DIVERGED, CS_COLLAPSED, CS_NO_BETTER };

enum cs_figure {
    CS_CHI_SQUARE, /* a cell */
    CS_MISSING,    /* share of the people, thousandths */
    CS_VARIETY,    /* different rows */
    CS_LOSS,       /* nats a row */
    CS_FIGURES
};

/* What was found of a contender: figures in thousandths, CS_UNKNOWN for one that is not
 * known, not finite or beyond. The decision is made before they are rounded. */
#define CS_UNKNOWN UINT32_MAX

struct cs_found {
    enum cs_standing standing;
    uint32_t figure[CS_FIGURES];
};

/* Of tuned and fitted both may be absent: then nothing was trained. */
struct cs_judgement {
    enum cs_contender chosen;
    struct cs_found found[CS_CONTENDERS];
};

/* *generator as it comes out of training, tuned if that was on real rows too; before: its
 * weights before real rows, or not taken, if it was not fitted. On success *generator is
 * the one to draw candidates from. */
CS_MUST_USE enum cs_status cs_judge(struct cs_judgement *judgement,
                                    struct cs_generator **generator, bool tuned,
                                    const struct cs_kept *before,
                                    const struct cs_evidence *evidence,
                                    struct cs_rng *rng);

/* Are all values of their enums, and does the chosen one stand? For one that somebody
 * else made. */
bool cs_judgement_is_whole(const struct cs_judgement *judgement);

#endif
