#include "protocol/hello.h"

#include <stdlib.h>
#include <string.h>

#include "protocol/wire.h"

_Static_assert(CS_WIRE_DIGEST_BYTES == CS_DIGEST_BYTES, "a digest is a digest");

static enum cs_status say_garbled(struct cs_fault *fault)
{
    return cs_fault_say(fault, CS_PROTOCOL, "the peer's greeting cannot be read");
}

/* ---- who and what -------------------------------------------------------------- */

static enum cs_status greet(struct cs_wire_hello *theirs, const struct cs_hello *own,
                            struct cs_channel *channel, struct cs_fault *fault)
{
    struct cs_wire_hello mine = { CS_PROTOCOL_VERSION, own->party, { 0 } };
    uint8_t message[CS_WIRE_HELLO_BYTES], answer[4 * CS_WIRE_HELLO_BYTES];
    size_t n_bytes = 0;
    enum cs_status st = CS_OK;

    memcpy(mine.digest, own->digest, sizeof mine.digest);
    CS_TRY(cs_channel_send(channel, CS_FRAME_HELLO, message,
                           cs_wire_put_hello(message, &mine)));
    CS_TRY(
        cs_channel_recv_some(channel, CS_FRAME_HELLO, answer, &n_bytes, sizeof answer));
    if (!cs_wire_get_hello(theirs, answer, n_bytes))
        st = say_garbled(fault);
out:
    return st;
}

static enum cs_status check_greeting(const struct cs_wire_hello *theirs,
                                     const struct cs_hello *own, struct cs_fault *fault)
{
    const char name = own->party == CS_A ? 'a' : 'b';

    if (theirs->version != CS_PROTOCOL_VERSION)
        return cs_fault_say(fault, CS_DISAGREE,
                            "the peer speaks version %u of the protocol, this node %u; "
                            "install the same release of cosynth at both",
                            theirs->version, CS_PROTOCOL_VERSION);
    if (theirs->party == own->party)
        return cs_fault_say(fault, CS_DISAGREE,
                            "both nodes are party %c; one of the node files has the "
                            "wrong `party`",
                            name);
    return theirs->party == CS_A || theirs->party == CS_B ? CS_OK : say_garbled(fault);
}

/* ---- where studies differ ------------------------------------------------------ */

/* The words quote the peer's text: nothing in them may move a terminal's cursor. */
static void blank_controls(char *words)
{
    for (unsigned char *c = (unsigned char *)words; *c != '\0'; c++) {
        if (*c < ' ' || *c == 0x7f)
            *c = '?';
        if (*c == 0xc2 && c[1] >= 0x80 && c[1] <= 0x9f) /* U+0080 to U+009F */
            *c = c[1] = '?';
    }
}

static enum cs_status say_difference(const char *here, const char *peer,
                                     struct cs_fault *fault)
{
    char words[512];

    if (!cs_study_difference(words, sizeof words, here, peer))
        strcpy(words, "they read the same, their digests differ");
    blank_controls(words);
    return cs_fault_say(fault, CS_DISAGREE,
                        "the two study files differ: %s; agree on one and run again",
                        words);
}

static enum cs_status compare_studies(const char *canonical, struct cs_channel *channel,
                                      struct cs_fault *fault)
{
    const size_t n_bytes = strnlen(canonical, CS_FRAME_BYTES);
    char *theirs = malloc(CS_FRAME_BYTES + 1);
    enum cs_status st = CS_MEMORY;
    size_t n_theirs = 0;

    if (theirs == NULL)
        goto out;
    CS_TRY(cs_channel_send(channel, CS_FRAME_STUDY, canonical, n_bytes));
    CS_TRY(
        cs_channel_recv_some(channel, CS_FRAME_STUDY, theirs, &n_theirs, CS_FRAME_BYTES));
    theirs[n_theirs] = '\0';
    st = say_difference(canonical, theirs, fault);
out:
    free(theirs);
    return st;
}

/* ---- how many ------------------------------------------------------------------ */

static enum cs_status tell_rows(uint64_t *peer_rows, uint64_t n_rows,
                                struct cs_channel *channel, struct cs_fault *fault)
{
    uint8_t mine[CS_WIRE_ROWS_BYTES], theirs[CS_WIRE_ROWS_BYTES];
    size_t n_bytes = 0;
    enum cs_status st = CS_OK;

    CS_TRY(
        cs_channel_send(channel, CS_FRAME_HELLO, mine, cs_wire_put_rows(mine, n_rows)));
    CS_TRY(
        cs_channel_recv_some(channel, CS_FRAME_HELLO, theirs, &n_bytes, sizeof theirs));
    if (!cs_wire_get_rows(peer_rows, theirs, n_bytes) || *peer_rows > UINT32_MAX)
        st = say_garbled(fault);
out:
    return st;
}

enum cs_status cs_hello(uint64_t *peer_rows, const struct cs_hello *own,
                        struct cs_channel *channel, struct cs_fault *fault)
{
    struct cs_wire_hello theirs;
    enum cs_status st = CS_OK;

    CS_TRY(greet(&theirs, own, channel, fault));
    CS_TRY(check_greeting(&theirs, own, fault));
    if (memcmp(theirs.digest, own->digest, sizeof theirs.digest) != 0)
        CS_TRY(compare_studies(own->canonical, channel, fault));
    CS_TRY(tell_rows(peer_rows, own->n_rows, channel, fault));
out:
    return st;
}
