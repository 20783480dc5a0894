/* yaml_out.h: texts of a YAML file that model/yaml.h reads back as they are.
 *
 *   Errors     of writing are kept by the stream
 */
#ifndef CS_PARTY_YAML_OUT_H
#define CS_PARTY_YAML_OUT_H

#include <stdio.h>

#include "model/yaml.h"

/* In double quotes. text is UTF-8 without control characters. */
void cs_yaml_out_quoted(FILE *stream, const char *text);

/* In quotes unless it is a plain word of letters, digits and `_-.+`. */
void cs_yaml_out_text(FILE *stream, const char *text);

/* The value of root on one line, as `{name: age, min: 17}`. */
void cs_yaml_out_node(FILE *stream, const struct cs_yaml *root);

#endif
