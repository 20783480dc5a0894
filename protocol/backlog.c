#include "protocol/backlog.h"

#include <stdlib.h>
#include <string.h>

#include "crypto/status.h"

struct cs_letter *cs_backlog_add(struct cs_backlog *backlog, size_t n_head,
                                 const void *bytes, size_t n_bytes)
{
    struct cs_letter *letter = malloc(sizeof *letter + n_head + n_bytes);

    if (letter == NULL)
        return NULL;
    letter->next = NULL;
    letter->n_bytes = n_head + n_bytes;
    if (n_bytes > 0)
        memcpy(letter->bytes + n_head, bytes, n_bytes);
    if (backlog->last != NULL)
        backlog->last->next = letter;
    else
        backlog->first = letter;
    backlog->last = letter;
    backlog->n_bytes += letter->n_bytes + CS_LETTER_COST_BYTES;
    return letter;
}

struct cs_letter *cs_backlog_take(struct cs_backlog *backlog)
{
    struct cs_letter *letter = backlog->first;

    CS_REQUIRE(letter != NULL);
    backlog->first = letter->next;
    if (backlog->first == NULL)
        backlog->last = NULL;
    backlog->n_bytes -= letter->n_bytes + CS_LETTER_COST_BYTES;
    return letter;
}

void cs_backlog_wipe(struct cs_backlog *backlog)
{
    while (backlog->first != NULL)
        free(cs_backlog_take(backlog));
}
