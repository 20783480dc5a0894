/* A reference stolen by jansson is freed by it, whether or not the call succeeds; NULL
 * put into an object makes the whole fail. */
#include "party/judged.h"

#include <jansson.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

static const char *const parties[] = { "a", "b" };

static const char *const contenders[CS_CONTENDERS] = {
    [CS_TUNED] = "tuned", [CS_FITTED] = "fitted", [CS_SEPARATE] = "independent"
};

static const char *const standings[] = {
    [CS_STANDS] = "stands",
    [CS_DIVERGED] = "diverged",
    [CS_COLLAPSED] = "collapsed",
    [CS_NO_BETTER] = "no_better",
};

static const char *const figures[CS_FIGURES] = {
    [CS_CHI_SQUARE] = "chi_square_per_cell",
    [CS_MISSING] = "missing",
    [CS_VARIETY] = "variety",
    [CS_LOSS] = "loss",
};

/* ---- out ---- */

static json_t *found_json(const struct cs_found *found)
{
    json_t *json = json_pack("{s:s}", "standing", standings[found->standing]);

    for (size_t f = 0; f < CS_FIGURES; f++) {
        const uint32_t figure = found->figure[f];

        if (json_object_set_new(json, figures[f],
                                figure == CS_UNKNOWN ? json_null()
                                                     : json_real(figure / 1000.)) != 0) {
            json_decref(json);
            return NULL;
        }
    }
    return json;
}

static json_t *judgement_json(const struct cs_judgement *judgement)
{
    json_t *json = json_pack("{s:s}", "used", contenders[judgement->chosen]);

    for (size_t c = 0; c < CS_CONTENDERS; c++)
        if (judgement->found[c].standing != CS_ABSENT &&
            json_object_set_new(json, contenders[c], found_json(&judgement->found[c])) !=
                0) {
            json_decref(json);
            return NULL;
        }
    return json;
}

json_t *cs_judged_json(const struct cs_judgement judgements[static 2])
{
    return json_pack("{s:o, s:o}", parties[CS_A], judgement_json(&judgements[CS_A]),
                     parties[CS_B], judgement_json(&judgements[CS_B]));
}

/* ---- in ---- */

/* The place of a text in a list that may have gaps; n if it is not there. */
static size_t find(const json_t *text, const char *const *list, size_t n)
{
    const char *word = json_string_value(text);
    size_t i = 0;

    while (i < n && (word == NULL || list[i] == NULL || strcmp(word, list[i]) != 0))
        i++;
    return i;
}

static bool read_figure(uint32_t *figure, const json_t *json)
{
    const double thousandths = round(json_number_value(json) * 1000);

    *figure = CS_UNKNOWN;
    if (json_is_null(json))
        return true;
    if (!json_is_number(json) || !(thousandths >= 0 && thousandths < CS_UNKNOWN))
        return false;
    *figure = (uint32_t)thousandths;
    return true;
}

static bool read_found(struct cs_found *found, const json_t *json)
{
    const size_t n = sizeof standings / sizeof *standings;
    const size_t standing = find(json_object_get(json, "standing"), standings, n);

    found->standing = (enum cs_standing)standing;
    for (size_t f = 0; f < CS_FIGURES; f++)
        if (!read_figure(&found->figure[f], json_object_get(json, figures[f])))
            return false;
    return standing < n && json_object_size(json) == 1 + CS_FIGURES;
}

static bool read_judgement(struct cs_judgement *judgement, const json_t *json)
{
    size_t n_fields = 1;

    memset(judgement, 0, sizeof *judgement);
    judgement->chosen =
        (enum cs_contender)find(json_object_get(json, "used"), contenders, CS_CONTENDERS);
    for (size_t c = 0; c < CS_CONTENDERS; c++) {
        const json_t *found = json_object_get(json, contenders[c]);

        if (found != NULL && !read_found(&judgement->found[c], found))
            return false;
        n_fields += found != NULL;
    }
    return json_object_size(json) == n_fields && cs_judgement_is_whole(judgement);
}

bool cs_judged_read(struct cs_judgement judgements[static 2], const json_t *json)
{
    for (enum cs_party party = CS_A; party <= CS_B; party++)
        if (!read_judgement(&judgements[party], json_object_get(json, parties[party])))
            return false;
    return json_object_size(json) == 2;
}

/* ---- words ---- */

/* Why a contender fell, as what it did. */
static const char *verb_of(enum cs_standing standing)
{
    return standing == CS_DIVERGED    ? "diverged"
           : standing == CS_COLLAPSED ? "collapsed"
                                      : "was no better";
}

void cs_judged_words(char words[static CS_JUDGED_BYTES],
                     const struct cs_judgement *judgement, enum cs_generator_kind kind)
{
    const size_t n_words = CS_JUDGED_BYTES;
    const char *name = cs_study_kinds[kind];
    const enum cs_standing tuned = judgement->found[CS_TUNED].standing;
    const enum cs_standing fitted = judgement->found[CS_FITTED].standing;
    const enum cs_standing fell = fitted != CS_ABSENT ? fitted : tuned;

    if (judgement->chosen == CS_TUNED)
        snprintf(words, n_words, "the %s trained on real rows was used", name);
    else if (judgement->chosen == CS_FITTED && tuned == CS_ABSENT)
        snprintf(words, n_words, "the %s fitted to private results was used", name);
    else if (judgement->chosen == CS_FITTED)
        snprintf(words, n_words,
                 "the %s %s after training on real rows; it was used as it was before",
                 name, verb_of(tuned));
    else if (fell == CS_ABSENT)
        snprintf(words, n_words, "candidates of independent columns were used");
    else
        snprintf(words, n_words,
                 "the %s %s%s; candidates of independent columns were used", name,
                 verb_of(fell), fell == CS_NO_BETTER ? " than independent columns" : "");
}

bool cs_judged_figures(char words[static CS_JUDGED_BYTES],
                       const struct cs_judgement *judgement)
{
    const char *before = "chi-square a cell: ";
    size_t n = 0;

    for (size_t c = 0; c < CS_CONTENDERS; c++) {
        const uint32_t figure = judgement->found[c].figure[CS_CHI_SQUARE];

        if (judgement->found[c].standing == CS_ABSENT || figure == CS_UNKNOWN)
            continue;
        n += (size_t)snprintf(words + n, CS_JUDGED_BYTES - n, "%s%s %.2f", before,
                              contenders[c], figure / 1000.);
        before = ", ";
    }
    return n > 0;
}
