/* judged.h: how candidates were judged, as words and as JSON: of report.json,
 * receipt.json and measured.json, and back.
 *
 *   {"a": {"used": "tuned" | "fitted" | "independent",
 *          "tuned": {"standing": "stands" | "diverged" | "collapsed" | "no_better",
 *                    "chi_square_per_cell": number or null, "missing": .., "variety": ..,
 *                    "loss": ..},
 *          "fitted": {..}, "independent": {..}},
 *    "b": {..}}
 *
 * A contender that there was not is not there. docs/REPORT.md says what the figures are.
 */
#ifndef CS_PARTY_JUDGED_H
#define CS_PARTY_JUDGED_H

#include "model/judge.h"

struct json_t; /* jansson's */

/* The object, to be freed as jansson's are; NULL if there is no memory. */
struct json_t *cs_judged_json(const struct cs_judgement judgements[static 2]);

/* False if it is not of that form. */
bool cs_judged_read(struct cs_judgement judgements[static 2], const struct json_t *json);

/* `the VAE collapsed; candidates of independent columns were used` */
#define CS_JUDGED_BYTES 100
void cs_judged_words(char words[static CS_JUDGED_BYTES],
                     const struct cs_judgement *judgement, enum cs_generator_kind kind);

/* `chi-square a cell: tuned 1.20, fitted 1.11, independent 14.32`; false if there is
 * none.
 */
bool cs_judged_figures(char words[static CS_JUDGED_BYTES],
                       const struct cs_judgement *judgement);

#endif
