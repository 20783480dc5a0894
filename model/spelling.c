#include "model/spelling.h"

#include <stdint.h>
#include <string.h>

#define WORD_BYTES 64 /* as far as spelling is compared */

/* Levenshtein's distance, one row of the table at a time (Wagner, Fischer, "The
 * String-to-String Correction Problem", 1974, algorithm X). */
static size_t edit_distance(const char *a, const char *b)
{
    const size_t n_a = strlen(a), n_b = strlen(b);
    size_t row[WORD_BYTES + 1];

    if (n_a > WORD_BYTES || n_b > WORD_BYTES)
        return SIZE_MAX;
    for (size_t j = 0; j <= n_b; j++)
        row[j] = j;
    for (size_t i = 1; i <= n_a; i++) {
        size_t diagonal = row[0];
        row[0] = i;
        for (size_t j = 1; j <= n_b; j++) {
            size_t best = diagonal + (a[i - 1] != b[j - 1]);
            diagonal = row[j];
            best = best < row[j] + 1 ? best : row[j] + 1;
            row[j] = best < row[j - 1] + 1 ? best : row[j - 1] + 1;
        }
    }
    return row[n_b];
}

size_t cs_spelling_limit(const char *word)
{
    return strlen(word) > 3 ? 3 : 2;
}

bool cs_spelling_nearer(size_t *least, const char *word, const char *known)
{
    const size_t distance = edit_distance(known, word);

    if (distance >= *least)
        return false;
    *least = distance;
    return true;
}
