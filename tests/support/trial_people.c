/* The people of a trial: their distribution, draws from it, and the true effects. */
#include <string.h>

#include "tests/support/check.h"
#include "tests/support/trial.h"

enum { KINDS = 3, REGIONS = 5, DEVICES = 4 };

const struct cs_sketch_column cs_trial_columns[TRIAL_COLUMNS] = {
    [TRIAL_REGION] = { "region", "a", REGIONS, CS_SKETCH_CATEGORY },
    [TRIAL_AGE] = { "age", "a", 6, CS_SKETCH_CATEGORY },
    [TRIAL_TIER] = { "tier", "a", 3, CS_SKETCH_CATEGORY },
    [TRIAL_ARM] = { "arm", "a", 4, CS_SKETCH_CATEGORY },
    [TRIAL_DEVICE] = { "device", "b", DEVICES, CS_SKETCH_CATEGORY },
    [TRIAL_PAGES] = { "pages", "b", 5, CS_SKETCH_CATEGORY },
    [TRIAL_MEMBER] = { "member", "b", 2, CS_SKETCH_CATEGORY },
    [TRIAL_BOUGHT] = { "bought", "b", 3, CS_SKETCH_CATEGORY },
    [TRIAL_SPEND] = { "spend", "b", TRIAL_SPENDS, CS_SKETCH_BINS },
};

/* Each bin of a buyer has less than half the people of the one before; all whole numbers
 * of a bin are alike. */
const int64_t cs_trial_spend_edges[TRIAL_SPENDS + 1] = { 0,   1,   10,  20,   40,  80,
                                                         160, 320, 640, 1280, 2560 };
static const double tail = .45;

/* Shares of the kinds, and the factors of the two chances; their means are made 1. */
static const double share_of_kind[KINDS] = { .5, .3, .2 };
static const double base_by_kind[KINDS] = { .6, 1, 2 };
static const double base_by_region[REGIONS] = { 1, .7, 1.3, 1, .8 };
static const double base_by_device[DEVICES] = { 1.2, .8, 1, .6 };
static const double lift_by_kind[KINDS] = { .8, 1, 1.5 };
static const double lift_by_region[REGIONS] = { 1, 0, 2, 1, .5 };
static const double lift_by_device[DEVICES] = { 1.5, .5, 1, 1 };

/* Pr[code | kind]: the first levels are the most frequent, and each kind has its own. */
static double chance_of(size_t column, unsigned code, unsigned kind)
{
    double sum = 0, chance = 0;

    for (unsigned k = 0; k < cs_trial_columns[column].n_codes; k++) {
        const double weight = ((k + kind + column) % KINDS == 0 ? 3. : 1.) / (1 + k);

        sum += weight;
        chance = k == code ? weight : chance;
    }
    return chance / sum;
}

struct place { /* what the chance to buy depends on */
    unsigned kind, region, device;
};

static double share_of(struct place at)
{
    return share_of_kind[at.kind] * chance_of(TRIAL_REGION, at.region, at.kind) *
           chance_of(TRIAL_DEVICE, at.device, at.kind);
}

static double base_of(struct place at)
{
    return base_by_kind[at.kind] * base_by_region[at.region] * base_by_device[at.device];
}

static double lift_of(struct place at)
{
    return lift_by_kind[at.kind] * lift_by_region[at.region] * lift_by_device[at.device];
}

/* Given the place, a column that decides it is known; any other depends on the kind. */
static double share_with(size_t column, unsigned code, struct place at)
{
    if (column == TRIAL_REGION)
        return code == at.region ? 1 : 0;
    if (column == TRIAL_DEVICE)
        return code == at.device ? 1 : 0;
    return column == TRIAL_COLUMNS ? 1 : chance_of(column, code, at.kind);
}

/* The mean factor among the people of a level; TRIAL_COLUMNS: among all. */
static double mean_of(double (*factor)(struct place), size_t column, unsigned code)
{
    double sum = 0, people = 0;

    for (unsigned kind = 0; kind < KINDS; kind++)
        for (unsigned region = 0; region < REGIONS; region++)
            for (unsigned device = 0; device < DEVICES; device++) {
                const struct place at = { kind, region, device };
                const double share = share_of(at) * share_with(column, code, at);

                sum += share * factor(at);
                people += share;
            }
    return sum / people;
}

/* Who is at A alone has not bought; by columns of B the people at both count alone. */
void cs_trial_set_truth(struct cs_trial *trial)
{
    const struct cs_trial_design *design = &trial->design;
    const double lift = design->lift / mean_of(lift_of, TRIAL_COLUMNS, 0);
    const double base = design->base / mean_of(base_of, TRIAL_COLUMNS, 0);

    for (size_t c = 0; c < TRIAL_COLUMNS; c++)
        for (unsigned code = 0; code < cs_trial_columns[c].n_codes; code++) {
            const double linked = cs_trial_columns[c].at[0] == 'a' ? design->linked : 1;
            const double gain = lift * mean_of(lift_of, c, code);

            trial->lift[c][code] = gain * linked;
            trial->relative[c][code] = gain / (base * mean_of(base_of, c, code));
        }
}

static unsigned choose(const double *chance, size_t n, struct cs_rng *rng)
{
    double left = cs_rng_unit(rng);
    unsigned k = 0;

    for (; k + 1 < n && left >= chance[k]; k++)
        left -= chance[k];
    return k;
}

static double spend_chance(unsigned code)
{
    double sum = 0, weight = 1, chance = 0;

    for (unsigned k = 1; k < TRIAL_SPENDS; k++, weight *= tail) {
        sum += weight;
        chance = k == code ? weight : chance;
    }
    return chance / sum;
}

double cs_trial_mean_spend(double cap)
{
    double mean = 0;

    for (unsigned code = 1; code < TRIAL_SPENDS; code++) {
        const int64_t lo = cs_trial_spend_edges[code],
                      hi = cs_trial_spend_edges[code + 1];

        for (int64_t value = lo; value < hi; value++)
            mean += spend_chance(code) / (double)(hi - lo) *
                    ((double)value < cap ? (double)value : cap);
    }
    return mean;
}

struct tables {
    double chance[KINDS][TRIAL_COLUMNS][CS_CODES_MAX];
    double base, lift; /* of a factor of 1 */
    size_t n_columns;
};

static void set_tables(struct tables *tables, const struct cs_trial_design *design)
{
    const double arm[] = { design->control, design->test,
                           1 - design->control - design->test, 0 };

    for (unsigned kind = 0; kind < KINDS; kind++)
        for (size_t c = 0; c < TRIAL_COLUMNS; c++)
            for (unsigned code = 0; code < cs_trial_columns[c].n_codes; code++)
                tables->chance[kind][c][code] = c == TRIAL_ARM ? arm[code]
                                                : c == TRIAL_SPEND
                                                    ? spend_chance(code)
                                                    : chance_of(c, code, kind);
    tables->base = design->base / mean_of(base_of, TRIAL_COLUMNS, 0);
    tables->lift = design->lift / mean_of(lift_of, TRIAL_COLUMNS, 0);
    tables->n_columns = design->spends ? TRIAL_COLUMNS : TRIAL_SPEND;
}

static void draw_person(uint8_t row[static TRIAL_COLUMNS], const struct tables *tables,
                        struct cs_rng *rng)
{
    const unsigned kind = choose(share_of_kind, KINDS, rng);

    for (size_t c = 0; c < TRIAL_BOUGHT; c++)
        row[c] =
            (uint8_t)choose(tables->chance[kind][c], cs_trial_columns[c].n_codes, rng);
    const struct place at = { kind, row[TRIAL_REGION], row[TRIAL_DEVICE] };
    const double chance = tables->base * base_of(at) +
                          (row[TRIAL_ARM] == 1 ? tables->lift * lift_of(at) : 0);
    row[TRIAL_BOUGHT] = cs_rng_unit(rng) < chance;
    if (tables->n_columns > TRIAL_SPEND)
        row[TRIAL_SPEND] =
            row[TRIAL_BOUGHT] == 0
                ? 0
                : (uint8_t)choose(tables->chance[kind][TRIAL_SPEND], TRIAL_SPENDS, rng);
}

/* How many are at both, and as many at B alone as at A alone. */
static void draw_places(struct cs_presence *people, const struct cs_trial_design *design,
                        struct cs_rng *rng)
{
    *people = (struct cs_presence){ 0 };
    for (size_t i = 0; i < design->n_people; i++)
        if (cs_rng_unit(rng) < design->linked)
            people->n_both++;
    people->n_only[CS_A] = people->n_only[CS_B] = design->n_people - people->n_both;
}

void cs_trial_draw(struct cs_codes *rows, struct cs_presence *people,
                   const struct cs_trial_design *design, struct cs_rng *rng)
{
    struct tables tables;

    set_tables(&tables, design);
    draw_places(people, design, rng);
    assert_ok(cs_codes_init(rows, cs_presence_all(people), tables.n_columns));
    for (size_t r = 0; r < rows->n_rows; r++) {
        uint8_t row[TRIAL_COLUMNS];

        draw_person(row, &tables, rng);
        for (size_t c = 0; c < tables.n_columns; c++) {
            const enum cs_party party = cs_trial_columns[c].at[0] == 'a' ? CS_A : CS_B;

            cs_codes_column(rows, c)[r] = cs_presence_has(people, party, r) ? row[c] : 0;
        }
    }
}
