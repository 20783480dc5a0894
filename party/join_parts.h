/* join_parts.h: two parts of a study, one of each party, as one file.
 *
 * What both parts say must be the same; `columns` and `parties` are the parties' own, key
 * by key. A column of both, whose bins neither can estimate for the other, gets bins of
 * equal width. Comments stay behind, and with them the marks of `cosynth init`.
 *
 *   Errors     CS_CONFIG with file, line and key where the parts do not agree; CS_MEMORY
 */
#ifndef CS_PARTY_JOIN_PARTS_H
#define CS_PARTY_JOIN_PARTS_H

#include <stdio.h>

#include "crypto/fault.h"
#include "model/yaml.h"

CS_MUST_USE enum cs_status cs_join_parts(FILE *stream, const struct cs_yaml_document *one,
                                         const struct cs_yaml_document *other,
                                         struct cs_fault *fault);

#endif
