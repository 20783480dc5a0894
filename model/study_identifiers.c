/* How people are found with `link: private`: the identifiers, and their normal forms. */
#include <string.h>

#include "model/study_parts.h"

#define DEFAULT_TRUNK "0"

/* Keys that say how people are found have no meaning where nobody is looked for. */
static enum cs_status refuse_private_keys(const struct cs_yaml *root,
                                          struct cs_fault *fault)
{
    static const char *const keys[] = { "unlinked", "identifiers", "frequent" };

    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++) {
        const struct cs_yaml *node = cs_yaml_get(root, keys[i]);

        if (node != NULL)
            return cs_yaml_say(fault, node, NULL,
                               "has a meaning with `link: private` alone; say that, or "
                               "leave the key out");
    }
    return CS_OK;
}

/* `email` is short for `{kind: email}`. */
static enum cs_status read_plain(struct cs_identifier *identifier,
                                 const struct cs_yaml *item, struct cs_fault *fault)
{
    const enum cs_status st = cs_field_scalar(item, fault);
    unsigned kind = 0;

    if (st != CS_OK)
        return st;
    while (cs_id_kinds[kind] != NULL && strcmp(cs_id_kinds[kind], item->text) != 0)
        kind++;
    if (cs_id_kinds[kind] == NULL)
        return cs_yaml_say(fault, item, NULL,
                           "is not a kind of identifier; write raw, trim, lower, email, "
                           "or {kind: phone, country: \"49\"}");
    identifier->kind = (enum cs_id_kind)kind;
    return CS_OK;
}

/* At least n_min digits, at most three. */
static bool read_digits(char digits[static CS_DIAL_BYTES], const char *text, size_t n_min)
{
    const size_t n = strlen(text);

    if (n < n_min || n >= CS_DIAL_BYTES || strspn(text, "0123456789") != n)
        return false;
    memcpy(digits, text, n + 1);
    return true;
}

static enum cs_status read_phone(struct cs_identifier *identifier,
                                 const struct cs_yaml *item, struct cs_fault *fault)
{
    const bool is_map = item->kind == CS_YAML_MAP;
    const struct cs_yaml *country = is_map ? cs_yaml_get(item, "country") : NULL;
    const struct cs_yaml *trunk = is_map ? cs_yaml_get(item, "trunk") : NULL;

    if (country == NULL)
        return cs_yaml_say(fault, item, NULL,
                           "lacks `country`, the calling code of numbers that are "
                           "written without one; write it as {kind: phone, country: "
                           "\"49\"}");
    if (!read_digits(identifier->country, country->text, 1) || country->text[0] == '0')
        return cs_yaml_say(fault, country, NULL,
                           "is not a calling code; write 1 to 3 digits, without + or 00");
    if (!read_digits(identifier->trunk, trunk != NULL ? trunk->text : DEFAULT_TRUNK, 0))
        return cs_yaml_say(fault, trunk, NULL,
                           "is not a trunk prefix; write at most 3 digits, or \"\"");
    return CS_OK;
}

static enum cs_status read_identifier(struct cs_identifier *identifier,
                                      const struct cs_yaml *item, struct cs_fault *fault)
{
    enum cs_status st = CS_OK;

    if (item->kind != CS_YAML_MAP)
        CS_TRY(read_plain(identifier, item, fault));
    else
        CS_TRY(cs_fields_read(identifier, cs_study_section(CS_SECTION_IDENTIFIER), item,
                              fault));
    if (identifier->kind == CS_ID_PHONE)
        return read_phone(identifier, item, fault);
    if (item->kind == CS_YAML_MAP && item->n_children > 1)
        st = cs_yaml_say(fault, item, NULL,
                         "is no telephone number; leave `country` and `trunk` out");
out:
    return st;
}

enum cs_status cs_study_read_identifiers(struct cs_study *study,
                                         const struct cs_yaml *root,
                                         struct cs_fault *fault)
{
    const struct cs_yaml *list = cs_yaml_get(root, "identifiers");
    enum cs_status st = CS_OK;

    if (study->link != CS_LINK_PRIVATE)
        CS_TRY(refuse_private_keys(root, fault));
    if (list == NULL) {
        study->n_identifiers = 1; /* raw */
        return CS_OK;
    }
    if (list->n_children < 1 || list->n_children > CS_IDENTIFIERS_MAX)
        return cs_yaml_say(fault, list, NULL, "has %zu identifiers; give 1 to %d",
                           list->n_children, CS_IDENTIFIERS_MAX);
    for (const struct cs_yaml *item = list->first; item != NULL; item = item->next)
        CS_TRY(read_identifier(&study->identifiers[study->n_identifiers++], item, fault));
out:
    return st;
}

void cs_study_write_identifiers(struct cs_text *text, const struct cs_study *study)
{
    for (size_t i = 0; i < study->n_identifiers; i++) {
        const struct cs_identifier *identifier = &study->identifiers[i];

        cs_text_add(text, "identifiers[%zu].kind = %s\n", i + 1,
                    cs_id_kinds[identifier->kind]);
        if (identifier->kind == CS_ID_PHONE)
            cs_text_add(
                text, "identifiers[%zu].country = %s\nidentifiers[%zu].trunk = \"%s\"\n",
                i + 1, identifier->country, i + 1, identifier->trunk);
    }
}
