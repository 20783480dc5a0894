/* status.h: the one result type, the one assertion, the one control-flow macro.
 *
 * A call can go wrong in two ways, and they are never mixed:
 *
 *   the world is at fault   a file, the network, the peer, memory
 *                           -> the function returns an enum cs_status
 *   the caller is at fault  a precondition in the header does not hold
 *                           -> CS_REQUIRE stops the program, in every build
 *
 * so no caller ever carries a branch for its own bugs. Words for the operator travel
 * beside the status, in a struct cs_fault (crypto/fault.h).
 */
#ifndef CS_CRYPTO_STATUS_H
#define CS_CRYPTO_STATUS_H

/* X(name, exit code of the program, text). The exit code says who must act:
 * 0 nobody, 2 the operator, 3 the other party, 4 the network, 5 this machine. */
/* clang-format off */
#define CS_STATUS_LIST(X) \
    X(OK,         0, "ok") \
    X(CONFIG,     2, "the configuration is not usable") \
    X(INPUT,      2, "the input is not usable") \
    X(DISAGREE,   3, "the parties hold different terms for this run") \
    X(AUTH,       3, "the peer is not who it should be") \
    X(PROTOCOL,   3, "the peer sent what the protocol does not allow here") \
    X(ABORTED,    3, "the peer gave up") \
    X(TIMEOUT,    4, "the peer did not answer in time") \
    X(CLOSED,     4, "the connection is gone") \
    X(MEMORY,     5, "out of memory") \
    X(IO,         5, "a file could not be read or written")
/* clang-format on */

enum cs_status {
#define X(name, exit_code, text) CS_##name,
    CS_STATUS_LIST(X)
#undef X
};

#define CS_MUST_USE __attribute__((warn_unused_result))

const char *cs_status_text(enum cs_status st);
int cs_status_exit_code(enum cs_status st);

/* Leaves the function on the first failure. The function has a local
 * `enum cs_status st` and a label `out`, where everything it owns is freed. */
#define CS_TRY(call)                                                                     \
    do {                                                                                 \
        st = (call);                                                                     \
        if (st != CS_OK)                                                                 \
            goto out;                                                                    \
    } while (0)

/* States a precondition or an invariant. Never compiled out, never with side
 * effects, never on a secret (the branch would show it). */
#define CS_REQUIRE(condition)                                                            \
    do {                                                                                 \
        if (!(condition))                                                                \
            cs_bug(__FILE__, __LINE__, #condition);                                      \
    } while (0)

_Noreturn void cs_bug(const char *file, int line, const char *condition);

#endif
