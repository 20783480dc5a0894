/* ledger.h: a study, its plan, and a ledger in a folder of its own. */
#ifndef CS_TESTS_SUPPORT_LEDGER_H
#define CS_TESTS_SUPPORT_LEDGER_H

#include "party/ledger.h"

enum { CS_LEDGER_SCENE_ROWS = 5000 };

struct cs_ledger_scene {
    char folder[64], path[96];
    struct cs_study *study;
    struct cs_plan *plan;
    struct cs_limit limit; /* none, until a test sets it */
    bool forgets;          /* the node keeps nothing of its runs */
    struct cs_fault fault;
};

void cs_ledger_scene_init(struct cs_ledger_scene *scene); /* no ledger is there yet */
void cs_ledger_scene_wipe(struct cs_ledger_scene *scene); /* its files too */

/* Removes the ledger's files. */
void cs_ledger_scene_empty(const struct cs_ledger_scene *scene);

/* The number that a query of a reader of its own gives. */
double cs_ledger_ask(const struct cs_ledger_scene *scene, const char *sql);

/* What SQLite says to a change from outside. */
int cs_ledger_change(const struct cs_ledger_scene *scene, const char *sql);

/* Charges the scene's plan, at party A, for a run that is new. */
CS_MUST_USE enum cs_status cs_ledger_try_charge(struct cs_ledger_scene *scene,
                                                struct cs_ledger *ledger,
                                                const uint8_t *data_set);

/* The same for a run of this identity, (CS_RUN_ID_BYTES). */
CS_MUST_USE enum cs_status cs_ledger_try_charge_run(struct cs_ledger_charged *charged,
                                                    struct cs_ledger_scene *scene,
                                                    struct cs_ledger *ledger,
                                                    const uint8_t *data_set,
                                                    const uint8_t *run_id);

/* One run, from opening to the end. */
CS_MUST_USE enum cs_status cs_ledger_try_run(struct cs_ledger_scene *scene,
                                             const uint8_t *data_set,
                                             const char *failed_in);

/* Makes the scene's study one without privacy, and plans it. */
void cs_ledger_scene_unprotect(struct cs_ledger_scene *scene);

/* A change by somebody who can write the file: the triggers are out of its way, and are
 * as before after it. */
void cs_ledger_tamper(const struct cs_ledger_scene *scene, const char *sql);

/* How many things the ledger's verification finds; noted may be NULL. The head is that of
 * what holds; it may be NULL. */
size_t cs_ledger_findings(struct cs_ledger_scene *scene, const uint8_t *noted,
                          struct cs_chain_head *head);

/* How many rows of `release` the plan makes. */
size_t cs_ledger_releases_of(const struct cs_plan *plan);

#endif
