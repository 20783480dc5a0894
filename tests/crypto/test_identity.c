/* What crypto/identity.h promises, one test for each promise. */
#include "crypto/identity.h"

#include <string.h>

#include "tests/support/check.h"

static struct cs_identity made(uint8_t seed)
{
    const uint8_t bytes[CS_RNG_SEED_BYTES] = { seed };
    struct cs_identity identity;
    struct cs_rng rng;

    cs_rng_init(&rng, bytes);
    assert_ok(cs_identity_make(&identity, &rng, NULL));
    return identity;
}

static void what_was_made_can_be_read(void **state)
{
    const struct cs_identity a = made(1);
    struct cs_identity b;
    (void)state;

    assert_ok(cs_identity_read(&b, a.key_pem, a.certificate_pem, NULL));
    assert_string_equal(b.key_pem, a.key_pem);
    assert_string_equal(b.certificate_pem, a.certificate_pem);
    assert_memory_equal(b.fingerprint, a.fingerprint, sizeof a.fingerprint);
}

static void two_identities_differ(void **state)
{
    const struct cs_identity a = made(1), b = made(2);
    (void)state;

    assert_memory_not_equal(a.fingerprint, b.fingerprint, sizeof a.fingerprint);
    assert_string_not_equal(a.key_pem, b.key_pem);
}

static void key_and_certificate_of_two_pairs_are_refused(void **state)
{
    const struct cs_identity a = made(1), b = made(2);
    struct cs_identity read;
    struct cs_fault fault = { 0 };
    (void)state;

    assert_int_equal(cs_identity_read(&read, a.key_pem, b.certificate_pem, &fault),
                     CS_CONFIG);
    assert_non_null(strstr(fault.text, "another key's"));
    assert_non_null(strstr(fault.text, "cosynth keygen"));
}

static void text_that_is_no_pem_is_refused(void **state)
{
    const struct cs_identity a = made(1);
    struct cs_identity read;
    (void)state;

    assert_int_equal(cs_identity_read(&read, "", a.certificate_pem, NULL), CS_CONFIG);
    assert_int_equal(cs_identity_read(&read, a.key_pem, "x", NULL), CS_CONFIG);
    assert_int_equal(cs_identity_read(&read, a.certificate_pem, a.key_pem, NULL),
                     CS_CONFIG);
}

static void wiping_leaves_zeros(void **state)
{
    static const struct cs_identity zero;
    struct cs_identity a = made(1);
    (void)state;

    cs_identity_wipe(&a);
    assert_memory_equal(&a, &zero, sizeof a);
}

static void a_fingerprint_reads_sha256_and_64_digits(void **state)
{
    uint8_t fingerprint[CS_FINGERPRINT_BYTES] = { 0xab, 0x01 };
    char text[CS_FINGERPRINT_TEXT_BYTES];
    (void)state;

    fingerprint[31] = 0xff;
    cs_fingerprint_text(text, fingerprint);
    assert_string_equal(text, "sha256:ab010000000000000000000000000000"
                              "000000000000000000000000000000ff");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_was_made_can_be_read),
        cmocka_unit_test(two_identities_differ),
        cmocka_unit_test(key_and_certificate_of_two_pairs_are_refused),
        cmocka_unit_test(text_that_is_no_pem_is_refused),
        cmocka_unit_test(wiping_leaves_zeros),
        cmocka_unit_test(a_fingerprint_reads_sha256_and_64_digits),
    };
    return CS_RUN("crypto/identity", tests);
}
