#include "party/comparison_ledger.h"

#include <stdio.h>
#include <string.h>

#include "party/ledger_file.h"
#include "party/store.h"

#define DATA_SET_BYTES 128 /* of a name */

static enum cs_status take_name(void *arg, const struct cs_cell *row, size_t n)
{
    CS_REQUIRE(n == 1);
    snprintf(arg, DATA_SET_BYTES, "%s", row[0].kind == CS_CELL_TEXT ? row[0].text : "");
    return CS_OK;
}

/* The data set of the run whose charge has that hash in the chain. */
static enum cs_status find_data_set(char name[static DATA_SET_BYTES],
                                    struct cs_store *store, const struct cs_finished *run,
                                    struct cs_fault *fault)
{
    const struct cs_cell head = cs_cell_text(run->ledger_head);
    enum cs_status st;

    name[0] = '\0';
    CS_TRY(cs_store_each(store,
                         "SELECT data_set FROM run WHERE id ="
                         " (SELECT run FROM chain WHERE hash = ?)",
                         &head, 1, take_name, name, fault));
    if (name[0] == '\0')
        st = cs_fault_say(fault, CS_CONFIG,
                          "%s: the run is not in the ledger %s; name the one that it was "
                          "charged to, or leave --ledger out",
                          run->folder, cs_store_path(store));
out:
    return st;
}

static enum cs_status check_people(char name[static DATA_SET_BYTES],
                                   const struct cs_comparison *comparison,
                                   struct cs_store *store, struct cs_fault *fault)
{
    char other[DATA_SET_BYTES];
    enum cs_status st;

    CS_TRY(find_data_set(name, store, &comparison->runs[0], fault));
    for (size_t r = 1; r < comparison->n_runs; r++) {
        CS_TRY(find_data_set(other, store, &comparison->runs[r], fault));
        if (strcmp(name, other) != 0)
            CS_TRY(cs_fault_say(fault, CS_CONFIG,
                                "%s and %s are not about the same people: the ledger has "
                                "them as the data sets %.16s.. and %.16s..",
                                comparison->runs[0].folder, comparison->runs[r].folder,
                                name, other));
    }
out:
    return st;
}

enum cs_status cs_comparison_ledger_read(struct cs_comparison_ledger *ledger,
                                         const struct cs_comparison *comparison,
                                         const char *path, struct cs_fault *fault)
{
    char name[DATA_SET_BYTES];
    struct cs_store *store = NULL;
    double numbers[4];
    enum cs_status st;

    CS_TRY(cs_ledger_file_read(&store, path, fault));
    CS_TRY(check_people(name, comparison, store, fault));
    const struct cs_cell data_set = cs_cell_text(name);
    CS_TRY(cs_store_numbers(numbers, 4, store,
                            "SELECT count(*), sum(epsilon > 1e300),"
                            " total(iif(epsilon > 1e300, 0, epsilon)), total(delta)"
                            " FROM run WHERE data_set = ?",
                            &data_set, 1, fault));
    *ledger = (struct cs_comparison_ledger){ (uint64_t)numbers[0], (uint64_t)numbers[1],
                                             numbers[2], numbers[3] };
out:
    cs_store_free(store);
    return st;
}
