/* recorded.h: receipt.json read back, as far as the report tells of it (party/receipt.h
 * writes it, docs/RECEIPT.md has its fields).
 *
 * Both a run and `cosynth report` go this way, so that the same page comes of both.
 *
 *   Errors     CS_INPUT with file and field for what is no receipt, or is that of another
 *              study; what a receipt need not have is zero where it is missing
 */
#ifndef CS_PARTY_RECORDED_H
#define CS_PARTY_RECORDED_H

#include "crypto/fault.h"
#include "model/study.h"

#define CS_RECEIPT_BYTES_MAX ((size_t)1 << 22)
#define CS_RECORDED_STAGES_MAX 16
#define CS_RECORDED_OPENINGS_MAX 8

struct cs_recorded_stage {
    char name[24];
    double seconds;
    double sent_bytes, received_bytes; /* 0 before there is a connection */
};

/* All openings of one purpose: `average of weights`, say, of all rounds. */
struct cs_recorded_opening {
    char purpose[96];
    size_t n_times;
    double n_words;
};

struct cs_recorded {
    bool is_there; /* nothing else is set if not */
    enum cs_party party;
    char version[24];
    char plan_digest[2 * CS_DIGEST_BYTES + 1];
    struct cs_recorded_stage stages[CS_RECORDED_STAGES_MAX];
    size_t n_stages;
    struct cs_recorded_opening openings[CS_RECORDED_OPENINGS_MAX];
    size_t n_openings;
    double n_cuts, seconds_down;  /* of the connection */
    size_t n_densities, n_values; /* numeric columns with a shape; searched categories */
    double rho_densities,
        rho_values;  /* zCDP of each kind together; NAN without privacy */
    bool trained[2]; /* a party's generator, on its real rows */
};

CS_MUST_USE enum cs_status cs_recorded_read(struct cs_recorded *recorded,
                                            const struct cs_study *study,
                                            const char *text, size_t n_bytes,
                                            const char *file_name,
                                            struct cs_fault *fault);

#endif
