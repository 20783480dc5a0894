/* keygen: this party's key and certificate. */
#include <stdio.h>

#include "party/arguments.h"
#include "party/commands.h"
#include "party/keys.h"

static enum cs_status run(int argc, char **argv, struct cs_fault *fault)
{
    const char *out = NULL;
    const struct cs_argument arguments[] = { { .name = "out", .text = &out } };
    struct cs_identity identity;
    char text[CS_FINGERPRINT_TEXT_BYTES];
    enum cs_status st = CS_OK;

    CS_TRY(cs_arguments_read(argc, argv, arguments, 1, NULL, 0, fault));
    if (out == NULL)
        return cs_fault_say(fault, CS_CONFIG,
                            "--out DIR is missing: where the key is to be written");
    CS_TRY(cs_keys_make(&identity, out, fault));
    cs_fingerprint_text(text, identity.fingerprint);
    cs_identity_wipe(&identity);
    printf("%s\n", text);
out:
    return st;
}

const struct cs_command cs_command_keygen = {
    "keygen",
    "makes this party's key; prints the fingerprint to give to the peer",
    "usage: cosynth keygen --out DIR\n\n"
    "Writes DIR/key.pem (Ed25519, readable by its owner alone) and DIR/certificate.pem, "
    "and\n"
    "prints the certificate's fingerprint. Tell it to the other party in a way in which "
    "nobody\n"
    "can change it; both fingerprints stand in the study file. Never overwrites a "
    "key.\n\n"
    "example:\n"
    "  cosynth keygen --out keys/a\n",
    run,
};
