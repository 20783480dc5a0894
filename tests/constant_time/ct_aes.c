/* crypto/aes.h: "in, out, seeds and offsets are secret, a key may be: time and memory
 * access depend on counts only". Vectors of 512 bits valgrind does not know. */
#include "crypto/aes.h"

#include "tests/constant_time/taint.h"

enum { N = 67, DEPTH = 4, STREAMS = 3 };

static void run(struct cs_aes *aes, struct cs_block *in)
{
    static struct cs_block out[N], column[DEPTH][N], by_row[N][N];

    cs_aes_mmo(aes, out, in, 5, N);
    cs_taint_expect(out, sizeof out);
    cs_aes_hash(aes, out, in, in[0], 7, N);
    cs_taint_expect(out, sizeof out);
    cs_aes_stream(aes, out, in[0], 3, N);
    cs_taint_expect(out, sizeof out);
    for (unsigned depth = 1; depth <= DEPTH; depth++) {
        cs_aes_stream_sums(aes, out, column[0], N, in, depth, 3, N);
        cs_taint_expect(out, sizeof out);
        cs_taint_expect(column, depth * sizeof column[0]);
    }
    cs_aes_accumulate(aes, out, by_row[0], in, STREAMS, N / STREAMS, N / STREAMS);
    cs_taint_expect(out, STREAMS * (N / STREAMS) * sizeof *out);
}

int main(void)
{
    static uint8_t key[CS_AES_KEY_BYTES];
    static struct cs_block in[N];
    struct cs_aes aes;

    cs_taint_secret(in, sizeof in);
    for (unsigned width = CS_AES_128; width <= (unsigned)cs_aes_widest(); width *= 2) {
        cs_taint_public(key, sizeof key);
        cs_aes_init(&aes, key);
        aes.width = (enum cs_aes_width)width;
        run(&aes, in);
        cs_taint_secret(key, sizeof key);
        cs_aes_init(&aes, key);
        aes.width = (enum cs_aes_width)width;
        run(&aes, in);
    }
    return 0;
}
