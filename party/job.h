/* job.h: one run of one party, from files to files.
 *
 * The run is the table of stages in job.c. Each stage sets fields of struct cs_job that
 * no later stage changes; job.c owns them all and wipes them at the end.
 */
#ifndef CS_PARTY_JOB_H
#define CS_PARTY_JOB_H

#include "crypto/identity.h"
#include "model/judge.h"
#include "model/table.h"
#include "model/targets.h"
#include "party/checkpoint_file.h"
#include "party/interrupt.h"
#include "party/ledger.h"
#include "party/monitor.h"
#include "party/node.h"
#include "party/saved.h"
#include "party/source.h"
#include "party/staging.h"
#include "protocol/densities.h"
#include "protocol/linked.h"
#include "protocol/propose.h"
#include "protocol/reveal.h"

/* What the command line says. */
struct cs_job_options {
    const char *study_path, *node_path;
    const char *key;       /* folder, in place of the node file's; or NULL */
    const char *address;   /* in place of listen or connect; or NULL */
    unsigned long threads; /* in place of the node file's; or 0 */
    struct cs_study_override study;
    struct cs_node_override node;
    struct cs_log_options log;
    bool watch;   /* keep a journal for `cosynth watch` */
    bool fresh;   /* give up a run that did not end */
    bool forgets; /* keep nothing to go on with */

    struct cs_channel *channel; /* to the peer, in place of the node file's; or NULL. It
                                   is the run's, which frees it */
};

struct cs_job {
    const struct cs_job_options *options; /* given; borrowed */
    struct cs_fault *fault;               /* any: words for the operator; borrowed */
    struct cs_monitor monitor;            /* any: progress, times by stage */
    struct cs_journal journal;            /* load, if somebody watches; any: the same */
    struct cs_rng secret;                 /* given: noise, shares, keys [secret] */
    struct cs_openings openings;          /* any: what reveal.c has opened so far */
    struct cs_staging staging;            /* emit, report: files, until all are there */
    struct cs_interrupt interrupt; /* given: what ends this process ends in order */

    char *study_text; /* load: the study file as it is, for the outputs */
    size_t study_bytes;
    struct cs_study *study;  /* load; quantile edges and found values by link */
    struct cs_node node;     /* load */
    struct cs_identity self; /* load: key and certificate [secret] */
    struct cs_table *table;  /* load: its rows [secret]; codes by those by link */
    uint8_t rows_digest[CS_FILE_DIGEST_BYTES]; /* load: of the file they are from */
    uint8_t data_set[CS_DATA_SET_BYTES];       /* load: whom they are about */
    struct cs_ledger *ledger;                  /* load; charged by link */
    struct cs_saved start;           /* load: what generator.start names, or zeros */
    struct cs_checkpoint_file *kept; /* hello; any: what the run has to go on with */
    uint32_t n_before;               /* hello: sessions of it before this one */

    struct cs_channel *channel;      /* hello: to the peer */
    size_t n_rows[2];                /* hello: of both parties' files */
    struct cs_checkpoint checkpoint; /* hello: which run it is, and what both have kept */

    struct cs_plan *plan;             /* link: what is measured, with what noise */
    struct cs_ledger_charged charged; /* link: its place in the ledger */
    struct cs_densities densities;    /* link: shapes of numeric columns */
    struct cs_linked linked; /* link: private: shares of who is at both [secret] */

    int64_t *cells; /* measure: all noisy tables */

    struct cs_targets targets;         /* fit: what populations are fitted to */
    struct cs_prior prior;             /* fit: with a start, its people in this study */
    struct cs_codes first;             /* fit: the population the generator learns from */
    struct cs_workers *workers;        /* train: who share the generators' work */
    struct cs_generator *trained;      /* train; judge takes it away */
    size_t n_started;                  /* train: weights that it has from the start */
    struct cs_kept before;             /* train: its weights before real rows */
    struct cs_generator *generator;    /* judge: the one that is used */
    struct cs_judgement judgements[2]; /* judge: of both parties' candidates */
    struct cs_codes candidates[2];     /* propose: both generators' rows */
    struct cs_targets refined;      /* refit: the same, by what the generators learned */
    struct cs_codes population;     /* refit: the synthetic people, the same at both */
    struct cs_fit_result fitted[2]; /* fit, refit: how the fits went */
    uint8_t population_digest[CS_POPULATION_DIGEST_BYTES]; /* refit */

    uint8_t output_digest[32]; /* emit: SHA-256 of synthetic.csv */
    uint8_t model_digest[32];  /* emit: SHA-256 of model.cosynth */

    char *receipt; /* report: as it is written */
    size_t receipt_bytes;
};

/* Runs all stages and publishes the outputs. Errors are told in fault, with the stage. */
CS_MUST_USE enum cs_status cs_job_run(const struct cs_job_options *options,
                                      struct cs_fault *fault);

/* The name of the stage in this place; NULL after the last. */
const char *cs_job_stage(size_t i);

/* For a loss on private results: of an unprotected study nothing is, and NULL. */
const struct cs_curve *cs_job_curve(const struct cs_job *job);

/* What the ledger is asked to charge for the plan. */
struct cs_ledger_charge cs_job_charge(const struct cs_job *job,
                                      const struct cs_plan *plan);

/* The first stage alone, all that can be checked before a peer is called, and then
 * look(job, arg). */
CS_MUST_USE enum cs_status cs_job_look(const struct cs_job_options *options,
                                       enum cs_status (*look)(struct cs_job *job,
                                                              void *arg),
                                       void *arg, struct cs_fault *fault);

/* The same, and says what it found on standard output. */
CS_MUST_USE enum cs_status cs_job_check(const struct cs_job_options *options,
                                        struct cs_fault *fault);

#endif
