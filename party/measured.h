/* measured.h: measured.json, the noisy tables of a run as they were opened, so that a
 * report can be made again from the outputs alone. It holds private results only and may
 * be shared, unless it says that it is not private; counts of real rows, and what follows
 * from them (training), are not in it.
 *
 *   {"schema": "cosynth-measured/1",
 *    "study": digest of the study, 64 hexadecimal digits,
 *    "epsilon": the study's, after what the command line said,
 *    "epsilon_spent": of the whole run, at the study's delta,
 *    "edges": {column: [n_bins + 1 grid values], ..}, those of estimated quantiles,
 *    "values": those that were found (party/found_values.h); not there where the study
 *              lists all,
 *    "shapes": {column: {"start": [grid points], "mass": [rows]}, ..}, of the numeric
 *              outcomes whose shape was measured (model/density.h); not there where the
 *              study has none
 *    "tables": [{"columns": [names], "kind": "own_a" | "own_b" | "cross",
 *                "s2_q16": variance of one party's noise times 2^16, or of the joint one,
 *                "cells": [counts, the last column fastest]}, ..],
 *    "generators": how candidates were judged (party/judged.h)}
 *
 * With `link: private` a name may be a column of each party: edges are {"a": {..},
 * "b": {..}} then, and each table has "at_a", the number of its columns that are A's,
 * which come first.
 *
 * Without privacy it also has "private": false; both epsilons are null, s2_q16 is 0 and
 * the cells are the counts.
 *
 * The reader trusts nothing: every field is there once and of its type, names and sizes
 * are those of the study, edges ascend within the column's bounds, values are such as can
 * be found, no table comes twice.
 *
 *   Errors     CS_INPUT with file and field; CS_MEMORY
 */
#ifndef CS_PARTY_MEASURED_H
#define CS_PARTY_MEASURED_H

#include <stdio.h>

#include "crypto/fault.h"
#include "model/judge.h"
#include "protocol/densities.h"

struct cs_measured {
    struct cs_plan plan; /* tables, their sizes, and epsilon_spent; all else is zero */
    int64_t *cells;      /* (plan.n_cells) */
    struct cs_densities shapes; /* of numeric outcomes */
    struct cs_judgement judgements[2];
};

/* study: with all edges and values. cells: (plan->n_cells). shapes: (n_columns of the
 * schema), of which those of numeric outcomes are written. Errors of the stream are the
 * caller's to look for. */
CS_MUST_USE enum cs_status
cs_measured_write(FILE *stream, const struct cs_study *study, const struct cs_plan *plan,
                  const int64_t *cells, const struct cs_density *const *shapes,
                  const struct cs_judgement judgements[static 2]);

/* Alone what is needed to parse the study: its epsilon. */
CS_MUST_USE enum cs_status cs_measured_epsilon(double *epsilon, const char *text,
                                               size_t n_bytes, const char *file_name,
                                               struct cs_fault *fault);

/* Puts the edges and values into study's schema as well. On failure *measured is all
 * zero, and the study fit for freeing only. */
CS_MUST_USE enum cs_status cs_measured_read(struct cs_measured *measured,
                                            struct cs_study *study, const char *text,
                                            size_t n_bytes, const char *file_name,
                                            struct cs_fault *fault);
void cs_measured_wipe(struct cs_measured *measured);

#endif
