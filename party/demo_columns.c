#include "party/demo_columns.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "model/date.h"
#include "model/normal.h"

#define AMOUNT_CENTS_MAX 100000.0
#define SKEW 1.3

const char *const cs_demo_regions[CS_DEMO_REGIONS + 1] = {
    "North", "South", "East", "West", "Isles, overseas", NULL,
};
const unsigned cs_demo_age_edges[CS_DEMO_AGE_BANDS + 1] = {
    18, 25, 30, 35, 40, 45, 50, 55, 60, 65, 75, CS_DEMO_AGE_MAX + 1,
};
static const char *const levels[] = { "bronze", "silver", "gold", NULL };
static const char *const arms[] = { "test", "control", "neither", NULL };
static const char *const devices[] = { "phone", "desktop", "tablet", NULL };
static const char *const no_yes[] = { "no", "yes", NULL };

static void put(char text[static CS_DEMO_TEXT_BYTES], const char *value)
{
    snprintf(text, CS_DEMO_TEXT_BYTES, "%s", value);
}

static void put_integer(char text[static CS_DEMO_TEXT_BYTES], unsigned value)
{
    snprintf(text, CS_DEMO_TEXT_BYTES, "%u", value);
}

static void put_cents(char text[static CS_DEMO_TEXT_BYTES], int64_t cents)
{
    snprintf(text, CS_DEMO_TEXT_BYTES, "%lld.%02lld", (long long)cents / 100,
             (long long)cents % 100);
}

static void write_age(char *text, const struct cs_demo_person *person)
{
    put_integer(text, person->age);
}

static void write_region(char *text, const struct cs_demo_person *person)
{
    put(text, cs_demo_regions[person->region]);
}

static void write_signup(char *text, const struct cs_demo_person *person)
{
    cs_date_format(text, "%Y-%m-%d", person->signup);
}

static void write_balance(char *text, const struct cs_demo_person *person)
{
    put_cents(text, person->balance_cents);
}

static void write_level(char *text, const struct cs_demo_person *person)
{
    put(text, levels[person->level]);
}

static void write_arm(char *text, const struct cs_demo_person *person)
{
    put(text, arms[person->arm]);
}

static void write_device(char *text, const struct cs_demo_person *person)
{
    put(text, devices[person->device]);
}

static void write_pages(char *text, const struct cs_demo_person *person)
{
    put_integer(text, person->pages);
}

static void write_basket(char *text, const struct cs_demo_person *person)
{
    if (person->basket_cents < 0)
        put(text, "");
    else
        put_cents(text, person->basket_cents);
}

static void write_member(char *text, const struct cs_demo_person *person)
{
    put(text, no_yes[person->member]);
}

static void write_converted(char *text, const struct cs_demo_person *person)
{
    put(text, no_yes[cs_demo_converted(person)]);
}

/* clang-format off */
#define AT_A { true, false }
#define AT_B { false, true }
#define AT_BOTH { true, true }
#define VALUES(...) (const char *const[]){ __VA_ARGS__, NULL }
#define COUNTS(n) "type: integer, min: 0, max: " #n, .max = n
#define MONEY \
    "type: number, decimals: 2, " \
    "edges: [0, 5, 10, 20, 35, 50, 75, 100, 150, 250, 500, 1000]"

const struct cs_demo_column cs_demo_columns[CS_DEMO_COLUMNS_MAX] = {
    { "age", AT_BOTH, .write = write_age, .declaration =
        "type: integer, edges: [18, 25, 30, 35, 40, 45, 50, 55, 60, 65, 75, 90]" },
    { "region", AT_A, .values = cs_demo_regions, .write = write_region },
    { "signup", AT_A, .write = write_signup, .declaration =
        "type: date, format: \"%Y-%m-%d\", min: 2018-01-01, max: 2025-12-31, bins: 16" },
    { "balance", AT_A, .write = write_balance, .declaration =
        "type: number, decimals: 2, edges: [0, 0.01, 25, 50, 100, 150, 200, 300, 500, 1000, "
        "2000, 10000]" },
    { "level", AT_A, .values = levels, .write = write_level },
    { "arm", AT_A, .values = arms, .write = write_arm },
    { "device", AT_B, .values = devices, .write = write_device },
    { "pages", AT_B, .write = write_pages, .declaration =
        "type: integer, min: 1, max: 40" },
    { "basket", AT_B, .write = write_basket, .declaration =
        "type: number, decimals: 2, nullable: true, edges: [0, 10, 20, 30, 45, 60, 90, 150, "
        "300, 1000]" },
    { "member", AT_B, .values = no_yes, .write = write_member },
    { "converted", AT_B, .values = no_yes, .write = write_converted },

    { "channel", AT_A, .values = VALUES("web", "phone", "store", "post") },
    { "browser", AT_B, .values = VALUES("chrome", "safari", "firefox", "edge") },
    { "newsletter", AT_A, .values = no_yes },
    { "visits", AT_B, .declaration = COUNTS(50) },
    { "contacts", AT_A, .declaration = COUNTS(30) },
    { "shipping", AT_B, .values = VALUES("standard", "pickup", "express") },
    { "tariff", AT_A, .values = VALUES("basic", "plus", "premium") },
    { "searches", AT_B, .declaration = COUNTS(40) },
    { "credit", AT_A, .declaration = MONEY },
    { "last_order", AT_B, .declaration = MONEY },
    { "language", AT_A, .values = VALUES("en", "fr", "de", "it", "es") },
    { "coupon", AT_B, .values = no_yes },
    { "complaints", AT_A, .declaration = COUNTS(15) },
    { "returns", AT_B, .declaration = COUNTS(12) },
    { "payment", AT_A, .values = VALUES("invoice", "debit", "card") },
    { "favourite", AT_B, .values = VALUES("books", "garden", "kitchen", "sports", "toys") },
    { "household", AT_A, .declaration = COUNTS(8) },
    { "wishlist", AT_B, .declaration = COUNTS(25) },
    { "area", AT_A, .values = VALUES("rural", "suburban", "urban") },
    { "entry", AT_B, .values = VALUES("direct", "search", "mail", "social") },
    { "referral", AT_A, .values = VALUES("none", "friend", "partner") },
    { "shipping_paid", AT_B, .declaration = MONEY },
    { "refunds", AT_A, .declaration = MONEY },
    { "reviews", AT_B, .declaration = COUNTS(20) },
    { "calls", AT_A, .declaration = COUNTS(20) },
    { "gift", AT_B, .values = no_yes },
    { "contract", AT_A, .values = VALUES("monthly", "yearly") },
    { "rating", AT_B, .declaration = COUNTS(5) },
    { "discounts", AT_A, .declaration = MONEY },
};
/* clang-format on */

size_t
cs_demo_columns_at(const struct cs_demo_column *columns[static CS_DEMO_COLUMNS_MAX],
                   size_t n, enum cs_party party)
{
    size_t n_at = 0;

    for (size_t k = 0; k < n; k++) {
        if (cs_demo_columns[k].at[party])
            columns[n_at++] = &cs_demo_columns[k];
    }
    return n_at;
}

static double normal(struct cs_rng *rng)
{
    float x;

    cs_normal_fill(&x, 1, rng);
    return (double)x;
}

void cs_demo_writer_init(struct cs_demo_writer *writer,
                         const struct cs_demo_column *column, uint64_t seed)
{
    char label[CS_DEMO_TEXT_BYTES];

    snprintf(label, sizeof label, "demo/column/%s", column->name);
    cs_rng_init_labelled(&writer->rng, seed, label);
    writer->column = column;
    writer->wealth = 1.2 * cs_rng_unit(&writer->rng) - 0.6;
    writer->interest = 1.2 * cs_rng_unit(&writer->rng) - 0.6;
    writer->noise =
        sqrt(1 - writer->wealth * writer->wealth - writer->interest * writer->interest);
}

/* x: standard normal. Of categories the first are the most common: a third of four
 * values is the first, a fifth the last. */
static void put_value(char text[static CS_DEMO_TEXT_BYTES],
                      const struct cs_demo_column *column, double x)
{
    size_t n_values = 0;

    while (column->values != NULL && column->values[n_values] != NULL)
        n_values++;
    if (n_values > 0) {
        const double below_x = 0.5 * erfc(-x * sqrt(0.5)); /* share of all */
        const size_t k = (size_t)(pow(below_x, SKEW) * (double)n_values);
        put(text, column->values[k < n_values ? k : n_values - 1]);
    } else if (column->max > 0) {
        const double count = 0.2 * column->max * exp(0.8 * x);
        put_integer(text, (unsigned)fmin(count, column->max));
    } else {
        put_cents(text, (int64_t)fmin(exp(8.0 + 0.9 * x), AMOUNT_CENTS_MAX));
    }
}

void cs_demo_writer_next(struct cs_demo_writer *writer,
                         char text[static CS_DEMO_TEXT_BYTES],
                         const struct cs_demo_person *person)
{
    if (writer->column->write != NULL)
        writer->column->write(text, person);
    else
        put_value(text, writer->column,
                  writer->wealth * person->wealth + writer->interest * person->interest +
                      writer->noise * normal(&writer->rng));
}
