#include "party/host_speed.h"

#include <stdint.h>
#include <stdlib.h>
#include <time.h>

#include "crypto/aes.h"
#include "model/matrix.h"

enum {
    BLOCKS = 4096,
    ROWS = 256,
    WIDTH = 128,
    PLACES = 1 << 15, /* of 8 bytes: a quarter of a usual cache of the second level */
    LINE = 16,        /* places in a row */
};

static const double enough_seconds = 0.1;

struct work {
    struct cs_aes aes;
    struct cs_block *blocks; /* (BLOCKS) */
    float *x, *w, *y;        /* (ROWS, WIDTH), (WIDTH, WIDTH), (ROWS, WIDTH) */
    int64_t *table;          /* (PLACES) */
    uint64_t at;
};

static double processor_seconds(void)
{
    struct timespec t;

    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

/* Each does a piece and returns of how many. */
static double draw_blocks(struct work *work)
{
    cs_aes_stream(&work->aes, work->blocks, work->blocks[0], 0, BLOCKS);
    return BLOCKS;
}

static double multiply(struct work *work)
{
    cs_matrix_add_product_t(work->y, work->x, work->w, ROWS, WIDTH, WIDTH);
    return 2.0 * ROWS * WIDTH * WIDTH;
}

static double visit(struct work *work)
{
    for (size_t i = 0; i < PLACES / LINE; i++) {
        work->at = work->at * UINT64_C(6364136223846793005) + 1442695040888963407;
        int64_t *line = work->table + (work->at >> 49) / LINE * LINE;
        int64_t sum = 0;

        for (size_t k = 0; k < LINE; k++)
            sum += line[k];
        line[work->at >> 40 & (LINE - 1)] = sum >> 4 ^ (int64_t)i;
        work->at += (uint64_t)sum & 1; /* the next place waits for this one */
    }
    return PLACES;
}

/* Twice: the first warms caches and clocks. */
static double rate(double (*piece)(struct work *), struct work *work)
{
    double done = 0, start = 0, seconds = 0;

    for (int round = 0; round < 2; round++) {
        done = 0;
        start = processor_seconds();
        do {
            done += piece(work);
            seconds = processor_seconds() - start;
        } while (seconds < enough_seconds * (round == 0 ? 0.2 : 1));
    }
    return done / seconds;
}

enum cs_status cs_host_speed(struct cs_host_speed *speed)
{
    struct work work = { .blocks = cs_blocks_new(BLOCKS),
                         .x = calloc(ROWS * WIDTH, sizeof(float)),
                         .w = calloc(WIDTH * WIDTH, sizeof(float)),
                         .y = calloc(ROWS * WIDTH, sizeof(float)),
                         .table = calloc(PLACES, sizeof(int64_t)) };
    enum cs_status st = CS_MEMORY;

    cs_aes_init(&work.aes, (const uint8_t *)"cosynth measures");
    if (work.blocks != NULL && work.x != NULL && work.w != NULL && work.y != NULL &&
        work.table != NULL) {
        *speed = (struct cs_host_speed){ rate(draw_blocks, &work), rate(multiply, &work),
                                         rate(visit, &work) };
        st = CS_OK;
    }
    cs_blocks_free(work.blocks, BLOCKS);
    free(work.x);
    free(work.w);
    free(work.y);
    free(work.table);
    return st;
}

unsigned cs_host_vector_bits(void)
{
    return (unsigned)cs_aes_widest();
}
