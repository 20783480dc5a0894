/* demo.h: a folder that `cosynth demo-data` would write, and what is in it. */
#ifndef CS_TESTS_SUPPORT_DEMO_H
#define CS_TESTS_SUPPORT_DEMO_H

#include <jansson.h>

#include "model/study.h"
#include "model/table.h"
#include "party/demo_data.h"

enum { DEMO_FILES = 6 };
extern const char *const cs_demo_names[DEMO_FILES];

struct cs_demo_folder {
    char path[64];
};

struct cs_demo_options cs_demo_options_of(uint64_t people, uint64_t columns,
                                          uint64_t seed);
struct cs_demo_folder cs_demo_made(struct cs_demo_options options);
void cs_demo_removed(const struct cs_demo_folder *folder);

/* The caller's to free. */
char *cs_demo_content(const struct cs_demo_folder *folder, const char *name,
                      size_t *n_bytes);
struct cs_study *cs_demo_study(const struct cs_demo_folder *folder);
json_t *cs_demo_truth_of(const struct cs_demo_folder *folder);

/* As a node reads it, with the identifiers of the study in the columns of the node file.
 */
struct cs_table *cs_demo_table(const struct cs_demo_folder *folder,
                               const struct cs_study *study, enum cs_party party);

/* By name, of a table of the study. */
const uint8_t *cs_demo_codes(const struct cs_study *study, const struct cs_table *table,
                             const char *name);

/* The number at keys[0]/keys[1]/.. */
double cs_demo_at(const json_t *json, const char *const *keys);
#define AT(json, ...) cs_demo_at((json), (const char *const[]){ __VA_ARGS__, NULL })

#endif
