/* doctor.h: what `cosynth doctor` finds, one check a line: what is the case, and, unless
 * that is good, what to do.
 *
 * A warning leaves it to the operator; what is refused cannot end well. The checks are in
 * doctor_<group>.c and each notes what it found, whatever the others did.
 *
 *   Secrecy  as of a log (party/log.h)
 */
#ifndef CS_PARTY_DOCTOR_H
#define CS_PARTY_DOCTOR_H

#include <stdio.h>

#include "party/job.h"
#include "party/predict.h"

#define CS_CHECKS_MAX 24
#define CS_CHECK_BYTES 1152

struct cs_check {
    const char *name;  /* a literal */
    enum cs_status st; /* why a run is refused; CS_OK: it is not */
    bool warns;        /* of one that is not refused */
    char words[CS_CHECK_BYTES];
};

struct cs_doctor {
    const struct cs_job_options *options; /* borrowed */
    const char *root;                     /* of proc/ and sys/: see host_memory.h */
    unsigned long peer_rows;              /* 0: as many as here */
    struct cs_check check[CS_CHECKS_MAX];
    size_t n;
    bool has_prediction;
    struct cs_prediction prediction;
};

void cs_doctor_good(struct cs_doctor *doctor, const char *name, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
void cs_doctor_warn(struct cs_doctor *doctor, const char *name, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
void cs_doctor_refuse(struct cs_doctor *doctor, const char *name, enum cs_status st,
                      const char *format, ...) __attribute__((format(printf, 4, 5)));

/* ---- the groups ---- */

/* Processor, random numbers, clock, descriptors. */
void cs_doctor_host(struct cs_doctor *doctor, const struct cs_node *node);

/* Key and certificate: there, private, of one another. */
void cs_doctor_keys(struct cs_doctor *doctor, const struct cs_node *node);

/* A folder that a run writes to, made if it is not there: whether files can be written,
 * synced and renamed in it; and that it has so much room. */
void cs_doctor_folder(struct cs_doctor *doctor, const char *name, const char *folder,
                      double bytes);

/* The address: that this node can listen there, or who answers. job is NULL if study and
 * keys are not good enough to ask who it is. */
void cs_doctor_address(struct cs_doctor *doctor, const struct cs_node *node,
                       const struct cs_job *job);

/* Whether the host has the memory that is predicted. */
void cs_doctor_memory(struct cs_doctor *doctor);

/* After load: rows, ledger, and what the run will take. */
void cs_doctor_study(struct cs_doctor *doctor, struct cs_job *job);

/* ---- together ---- */

/* All of it. Errors of the node file alone are an error; the rest is noted. */
CS_MUST_USE enum cs_status cs_doctor_examine(struct cs_doctor *doctor,
                                             struct cs_fault *fault);

/* The status of the first check that refuses, with its words. */
enum cs_status cs_doctor_verdict(const struct cs_doctor *doctor, struct cs_fault *fault);

CS_MUST_USE enum cs_status cs_doctor_text(FILE *stream, const struct cs_doctor *doctor);
CS_MUST_USE enum cs_status cs_doctor_json(FILE *stream, const struct cs_doctor *doctor);

/* For a run: CS_MEMORY, with words, if it needs twice what there is, for certain. */
CS_MUST_USE enum cs_status cs_doctor_memory_of_run(const struct cs_job *job);

#endif
