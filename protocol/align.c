#include "protocol/align.h"

#include <sodium.h>
#include <string.h>

#include "crypto/bytes.h"

enum { NONCE_BYTES = 32, KEY_BYTES = 32, MAC_BYTES = 32, COUNT_BYTES = 8 };

/* What crosses first: nonce, then the number of rows, little-endian. */
enum { OPENING_BYTES = NONCE_BYTES + COUNT_BYTES };

static void make_key(uint8_t key[KEY_BYTES], const uint8_t *nonce_a,
                     const uint8_t *nonce_b)
{
    crypto_generichash_state hash;

    crypto_generichash_init(&hash, NULL, 0, KEY_BYTES);
    crypto_generichash_update(&hash, nonce_a, NONCE_BYTES);
    crypto_generichash_update(&hash, nonce_b, NONCE_BYTES);
    crypto_generichash_final(&hash, key, KEY_BYTES);
}

/* What the party of this role sends, if it holds these identifiers. */
static void digest_list(uint8_t mac[MAC_BYTES], const uint8_t (*id)[CS_ID_BYTES],
                        size_t n_rows, const uint8_t key[KEY_BYTES], enum cs_party party)
{
    const uint8_t role = (uint8_t)party;
    uint8_t count[COUNT_BYTES];
    crypto_generichash_state hash;

    cs_bytes_put(count, n_rows, COUNT_BYTES);
    crypto_generichash_init(&hash, key, KEY_BYTES, MAC_BYTES);
    crypto_generichash_update(&hash, &role, sizeof role);
    crypto_generichash_update(&hash, count, sizeof count);
    crypto_generichash_update(&hash, (const uint8_t *)id, n_rows * CS_ID_BYTES);
    crypto_generichash_final(&hash, mac, MAC_BYTES);
}

static enum cs_status say_misaligned(struct cs_fault *fault)
{
    return cs_fault_say(fault, CS_DISAGREE,
                        "the files do not hold the same people in the same order: sort "
                        "both by the identifier and leave out who is at one party alone");
}

static enum cs_status compare_counts(size_t n_rows, uint64_t peer_rows,
                                     struct cs_fault *fault)
{
    if (peer_rows == n_rows)
        return CS_OK;
    return cs_fault_say(fault, CS_DISAGREE,
                        "this file has %zu people, the peer's %llu: with link: aligned "
                        "both hold the same people; leave out who is at one party alone",
                        n_rows, (unsigned long long)peer_rows);
}

enum cs_status cs_align(const uint8_t (*id)[CS_ID_BYTES], size_t n_rows,
                        enum cs_party party, struct cs_rng *secret,
                        struct cs_channel *channel, struct cs_fault *fault)
{
    const enum cs_party peer = party == CS_A ? CS_B : CS_A;
    uint8_t mine[OPENING_BYTES], theirs[OPENING_BYTES];
    uint8_t key[KEY_BYTES], mac[MAC_BYTES], their_mac[MAC_BYTES], due[MAC_BYTES];
    enum cs_status st = CS_OK;

    cs_rng_bytes(secret, mine, NONCE_BYTES);
    cs_bytes_put(mine + NONCE_BYTES, n_rows, COUNT_BYTES);
    CS_TRY(cs_channel_swap(channel, CS_FRAME_ALIGN, mine, theirs, sizeof mine));
    CS_TRY(
        compare_counts(n_rows, cs_bytes_get(theirs + NONCE_BYTES, COUNT_BYTES), fault));

    make_key(key, party == CS_A ? mine : theirs, party == CS_A ? theirs : mine);
    digest_list(mac, id, n_rows, key, party);
    digest_list(due, id, n_rows, key, peer);
    CS_TRY(cs_channel_swap(channel, CS_FRAME_ALIGN, mac, their_mac, sizeof mac));
    if (sodium_memcmp(their_mac, due, sizeof due) != 0)
        st = say_misaligned(fault);
out:
    sodium_memzero(key, sizeof key);
    sodium_memzero(due, sizeof due);
    return st;
}
