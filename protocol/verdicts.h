/* verdicts.h: each party tells the other how its candidates were judged, so that both
 * write the same report.
 *
 * A judgement is made of private results alone (model/judge.h), so it may be told.
 * Nothing is decided by what the peer says of its own: it stands in the report as it was
 * told, once its form is checked.
 *
 *   Errors   CS_PROTOCOL for what is no judgement; those of the channel
 */
#ifndef CS_PROTOCOL_VERDICTS_H
#define CS_PROTOCOL_VERDICTS_H

#include "model/judge.h"
#include "protocol/channel.h"

/* judgements[party] is this party's and is sent; the other gets the peer's. */
CS_MUST_USE enum cs_status cs_verdicts_swap(struct cs_judgement judgements[static 2],
                                            struct cs_channel *channel,
                                            enum cs_party party);

#endif
