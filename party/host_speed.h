/* host_speed.h: how fast one core of this host does what a run consists of.
 *
 * Three kinds of work, a tenth of a second each, by the processor's clock, so that other
 * programs disturb little: blocks of fixed-key AES in the streams of the protocols,
 * matrix products of a training step's shapes, and steps through a table that fits the
 * second level of cache, as the fit takes them.
 *
 *   Errors  CS_MEMORY
 */
#ifndef CS_PARTY_HOST_SPEED_H
#define CS_PARTY_HOST_SPEED_H

#include "crypto/status.h"

struct cs_host_speed {
    double aes;    /* blocks a second */
    double flops;  /* multiplications and additions of floats a second */
    double visits; /* of places in a table, a second */
};

CS_MUST_USE enum cs_status cs_host_speed(struct cs_host_speed *speed);

/* Of the widest vectors that AES is computed in here. */
unsigned cs_host_vector_bits(void);

#endif
