/* predict.h: what a run will take: time, memory, traffic, room on disk.
 *
 * From public numbers alone: study, plan, rows. Traffic follows from the protocols'
 * formulas (protocol/group_by.h, one_hot.h, link.h); memory from what is kept for a row
 * and a weight; time from counts of work, at the rates that the host was measured at.
 * docs/NUMERICS.md, Prediction, has the model, its constants, and how far it was off.
 *
 *   Units   bytes, seconds; time is that of this party's processors: waiting for the
 *           peer and for the network is not in it
 *   Errors  CS_MEMORY
 */
#ifndef CS_PARTY_PREDICT_H
#define CS_PARTY_PREDICT_H

#include "model/plan.h"
#include "party/host_speed.h"

struct cs_prediction {
    double memory_bytes;  /* at the most */
    double traffic_bytes; /* both ways */
    double disk_bytes;    /* of outputs */
    double link_seconds, measure_seconds, fit_seconds, train_seconds, other_seconds;
};

/* threads: that this party's node may use. */
CS_MUST_USE enum cs_status cs_predict(struct cs_prediction *prediction,
                                      const struct cs_study *study,
                                      const struct cs_plan *plan, enum cs_party party,
                                      const struct cs_host_speed *speed,
                                      unsigned threads);

double cs_prediction_seconds(const struct cs_prediction *prediction);

/* What a run with so many rows needs at the least, before there is a plan. */
double cs_predict_least_memory(const struct cs_study *study,
                               const size_t n_rows[static 2], enum cs_party party);

#endif
