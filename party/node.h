/* node.h: the node file: what one party's node needs and its peer need not know.
 *
 * Paths in the file are relative to the file's own folder. `--data-dir DIR` takes that
 * folder's place for `data`; with `--output-dir OUT`, `output` is OUT/<party>, whatever
 * the file says. The ledger is the file's, so that nobody spends beside it by moving
 * outputs: only `--ledger FILE` moves it, and not where the file limits what may be
 * spent. docs/STUDY.md explains the keys.
 *
 *   Ownership  the node owns its texts; cs_node_wipe frees them
 *   Errors     CS_CONFIG with `file:line: key: what is wrong; what to do`
 */
#ifndef CS_PARTY_NODE_H
#define CS_PARTY_NODE_H

#include "crypto/fault.h"
#include "model/fields.h"
#include "model/schema.h"
#include "party/limit.h"

struct cs_node {
    enum cs_party party;
    char *data; /* path of the CSV file */
    char **id;  /* (n_id): columns of the CSV file that identify a person, one for each of
                   the study's identifiers */
    size_t n_id;
    char *key;     /* folder of key.pem and certificate.pem, or NULL */
    char *listen;  /* tcp://host:port, or NULL: just one of listen and connect is set */
    char *connect; /* tcp://host:port, or NULL */
    char *output;  /* folder */
    char *ledger;  /* path of the database */
    struct cs_limit limit;      /* what may be spent, as the ledger counts it */
    bool allow_unprotected;     /* this party's own consent to `epsilon: none` */
    unsigned threads;           /* that share the work; 0: one for each core */
    unsigned timeout_seconds;   /* without a word from the peer */
    unsigned reconnect_seconds; /* for the peer to come back after a cut; 0: not at all */
    unsigned wait_seconds;      /* for the peer to come, at the start */
};

/* What the command line says instead of the file; NULL: as in the file. */
struct cs_node_override {
    const char *data_dir, *output_dir, *ledger;
};

/* Reads the file at path; override may be NULL. On failure node is wiped. */
CS_MUST_USE enum cs_status cs_node_read(struct cs_node *node, const char *path,
                                        const struct cs_node_override *override,
                                        struct cs_fault *fault);
void cs_node_wipe(struct cs_node *node);

/* Every key of the file. */
const struct cs_section *cs_node_section(void);

#endif
