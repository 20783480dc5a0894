/* demo_study.h: the study file and the node files of the demonstration. */
#ifndef CS_PARTY_DEMO_STUDY_H
#define CS_PARTY_DEMO_STUDY_H

#include <stdio.h>

#include "model/schema.h"
#include "party/demo_data.h"

void cs_demo_study_write(FILE *stream, const struct cs_demo_options *options);
void cs_demo_node_write(FILE *stream, const struct cs_demo_options *options,
                        enum cs_party party);

#endif
