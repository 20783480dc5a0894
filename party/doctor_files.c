/* Files: the key, and folders that a run writes to. */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "party/doctor.h"
#include "party/file.h"
#include "party/keys.h"

/* ---- the key ----------------------------------------------------------------------- */

/* Others that can read the key are this node to the peer. */
static void check_owner(struct cs_doctor *doctor, const char *folder)
{
    char path[CS_PATH_BYTES];
    struct stat stat_of;

    if (cs_file_join(path, folder, "key.pem", NULL) != CS_OK || stat(path, &stat_of) != 0)
        return; /* said by who reads it */
    if ((stat_of.st_mode & 077) != 0)
        cs_doctor_refuse(
            doctor, "key", CS_CONFIG,
            "%s: others than its owner may use it (mode %03o); chmod 600, and "
            "if others have had it, make a new one",
            path, (unsigned)stat_of.st_mode & 0777);
    else if (stat_of.st_uid != geteuid())
        cs_doctor_warn(doctor, "key",
                       "%s: belongs to another account than the one this runs as", path);
    else
        cs_doctor_good(doctor, "key", "%s: its owner's alone", path);
}

void cs_doctor_keys(struct cs_doctor *doctor, const struct cs_node *node)
{
    const char *folder = doctor->options->key != NULL ? doctor->options->key : node->key;
    char fingerprint[CS_FINGERPRINT_TEXT_BYTES];
    struct cs_identity identity;
    struct cs_fault fault = { 0 };

    if (folder == NULL) {
        cs_doctor_refuse(doctor, "key", CS_CONFIG,
                         "the node file names none; `cosynth keygen` makes one");
        return;
    }
    check_owner(doctor, folder);
    const enum cs_status st = cs_keys_read(&identity, folder, &fault);
    if (st == CS_OK) {
        cs_fingerprint_text(fingerprint, identity.fingerprint);
        cs_doctor_good(doctor, "certificate", "%s", fingerprint);
    } else {
        cs_doctor_refuse(doctor, "certificate", st, "%s", fault.text);
    }
    cs_identity_wipe(&identity);
}

/* ---- folders ----------------------------------------------------------------------- */

/* Writes a file, syncs it, renames it and removes it: what every output goes through. */
static bool can_publish(const char *folder, const char **step)
{
    char from[CS_PATH_BYTES], to[CS_PATH_BYTES];
    static const char word[] = "cosynth doctor\n";
    bool good =
        snprintf(from, sizeof from, "%s/.doctor-XXXXXX", folder) < (int)sizeof from;
    const int descriptor = good ? mkstemp(from) : -1;

    *step = "made";
    if (descriptor < 0)
        return false;
    *step = "written";
    good = write(descriptor, word, strlen(word)) == (ssize_t)strlen(word);
    if (good)
        *step = "synced";
    good = good && fsync(descriptor) == 0;
    if (good)
        *step = "renamed";
    snprintf(to, sizeof to, "%.*s.moved", (int)(sizeof to - sizeof ".moved"), from);
    good = good && rename(from, to) == 0;
    const int reason = errno;
    close(descriptor);
    unlink(good ? to : from);
    errno = reason;
    return good;
}

static double room_in(const char *folder)
{
    struct statvfs room;

    return statvfs(folder, &room) == 0 ? (double)room.f_bavail * (double)room.f_frsize
                                       : 0;
}

void cs_doctor_folder(struct cs_doctor *doctor, const char *name, const char *folder,
                      double bytes)
{
    struct cs_fault fault = { 0 };
    const char *step = NULL;

    if (cs_file_make_folder(folder, &fault) != CS_OK) {
        cs_doctor_refuse(doctor, name, CS_IO, "%s", fault.text);
        return;
    }
    if (!can_publish(folder, &step)) {
        cs_doctor_refuse(doctor, name, CS_IO,
                         "%s: a file cannot be %s there: %s; make room or give this "
                         "account the folder",
                         folder, step, strerror(errno));
        return;
    }
    const double room = room_in(folder);
    if (room < bytes)
        cs_doctor_refuse(doctor, name, CS_IO,
                         "%s: %.3g MB are free, %.3g MB are needed; make room", folder,
                         1e-6 * room, 1e-6 * bytes);
    else if (room < 2 * bytes)
        cs_doctor_warn(doctor, name, "%s: %.3g MB are free, %.3g MB are needed: not much",
                       folder, 1e-6 * room, 1e-6 * bytes);
    else
        cs_doctor_good(doctor, name, "%s: %.3g MB are free", folder, 1e-6 * room);
}
