/* normalise.h: an identifier in one notation, so that two files which write the same one
 * differently agree.
 *
 *   raw    the bytes as they are
 *   trim   without white space at both ends (Unicode's property White_Space)
 *   lower  trimmed, in NFC, in lower case by Unicode's simple mappings, in NFC again:
 *          what is canonically equivalent stays equal ("The Unicode Standard", 3.13,
 *          D145)
 *   email  as lower; there is one @, with something at both sides. Nothing else: dots and
 *          `+words` tell mailboxes apart at some hosts and not at others
 *   phone  ITU-T E.164: `+`, calling code, number, 7 to 15 digits. After `+` or `00` the
 *          digits are taken as they are, without a trunk prefix in parentheses, as in
 *          +49 (0)30; else the trunk prefix is dropped and the study's calling code put
 *          before the rest. White space, dashes and ./() may stand between; nothing else
 *
 *   Arguments  text is valid UTF-8 (model/csv.h sees to it)
 *   Secrecy    text and its normal form are secret; working memory is wiped
 */
#ifndef CS_MODEL_NORMALISE_H
#define CS_MODEL_NORMALISE_H

#include <stddef.h>

#define CS_ID_TEXT_BYTES_MAX ((size_t)1024)            /* of one that is usable */
#define CS_NORMAL_BYTES_MAX (4 * CS_ID_TEXT_BYTES_MAX) /* of its normal form */
#define CS_DIAL_BYTES 4 /* of a calling code or a trunk prefix, with its NUL */

enum cs_id_kind { CS_ID_RAW, CS_ID_TRIM, CS_ID_LOWER, CS_ID_EMAIL, CS_ID_PHONE };

/* Their names, by enum cs_id_kind, then NULL. */
extern const char *const cs_id_kinds[];

/* One of the study's identifiers. */
struct cs_identifier {
    enum cs_id_kind kind;
    char country[CS_DIAL_BYTES]; /* phone: calling code of numbers that have none */
    char trunk[CS_DIAL_BYTES];   /* phone: what stands before them within the country */
};

enum cs_id_state { CS_ID_USABLE, CS_ID_EMPTY, CS_ID_UNUSABLE };

/* Writes the normal form of text (n_bytes), not NUL-terminated, if it is usable. */
enum cs_id_state cs_normalise(char normal[static CS_NORMAL_BYTES_MAX], size_t *n_normal,
                              const struct cs_identifier *identifier, const char *text,
                              size_t n_bytes);

#endif
