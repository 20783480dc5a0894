#include "party/doctor.h"

#include <jansson.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "party/json_object.h"

/* ---- findings ---------------------------------------------------------------------- */

static struct cs_check *add(struct cs_doctor *doctor, const char *name,
                            const char *format, va_list args)
{
    CS_REQUIRE(doctor->n < CS_CHECKS_MAX);
    struct cs_check *check = &doctor->check[doctor->n++];

    *check = (struct cs_check){ .name = name };
    vsnprintf(check->words, sizeof check->words, format, args);
    cs_log_clean(check->words); /* paths, and what a peer's TLS says */
    return check;
}

void cs_doctor_good(struct cs_doctor *doctor, const char *name, const char *format, ...)
{
    va_list args;

    va_start(args, format);
    add(doctor, name, format, args);
    va_end(args);
}

void cs_doctor_warn(struct cs_doctor *doctor, const char *name, const char *format, ...)
{
    va_list args;

    va_start(args, format);
    add(doctor, name, format, args)->warns = true;
    va_end(args);
}

void cs_doctor_refuse(struct cs_doctor *doctor, const char *name, enum cs_status st,
                      const char *format, ...)
{
    va_list args;

    va_start(args, format);
    add(doctor, name, format, args)->st = st;
    va_end(args);
}

enum cs_status cs_doctor_verdict(const struct cs_doctor *doctor, struct cs_fault *fault)
{
    for (size_t i = 0; i < doctor->n; i++)
        if (doctor->check[i].st != CS_OK)
            return cs_fault_say(fault, doctor->check[i].st, "%s: %s",
                                doctor->check[i].name, doctor->check[i].words);
    return CS_OK;
}

/* ---- examining --------------------------------------------------------------------- */

static enum cs_status look(struct cs_job *job, void *arg)
{
    struct cs_doctor *doctor = arg;

    cs_doctor_address(doctor, &job->node, job);
    cs_doctor_study(doctor, job);
    return CS_OK;
}

/* Load finds the first thing that is wrong with the files. */
static void examine_files(struct cs_doctor *doctor, const struct cs_node *node)
{
    struct cs_fault fault = { 0 };
    const enum cs_status st = cs_job_look(doctor->options, look, doctor, &fault);

    if (st == CS_OK)
        return;
    cs_doctor_address(doctor, node, NULL);
    cs_doctor_refuse(doctor, "files", st, "%s%s%s", cs_status_text(st),
                     fault.text[0] != '\0' ? ": " : "", fault.text);
}

/* The folder of a file. */
static void folder_of(char folder[static CS_PATH_BYTES], const char *path)
{
    const char *slash = strrchr(path, '/');

    snprintf(folder, CS_PATH_BYTES, "%.*s",
             slash == NULL   ? 1
             : slash == path ? 1
                             : (int)(slash - path),
             slash == NULL ? "." : path);
}

enum cs_status cs_doctor_examine(struct cs_doctor *doctor, struct cs_fault *fault)
{
    struct cs_node node = { 0 };
    char folder[CS_PATH_BYTES];
    enum cs_status st;

    CS_TRY(
        cs_node_read(&node, doctor->options->node_path, &doctor->options->node, fault));
    cs_doctor_host(doctor, &node);
    cs_doctor_keys(doctor, &node);
    cs_doctor_folder(doctor, "output", node.output, 0);
    folder_of(folder, node.ledger);
    cs_doctor_folder(doctor, "ledger folder", folder, 0);
    examine_files(doctor, &node);
out:
    cs_node_wipe(&node);
    return st;
}

/* ---- saying ------------------------------------------------------------------------ */

static const char *verdict_of(const struct cs_check *check)
{
    return check->st != CS_OK ? "refused" : check->warns ? "warning" : "ok";
}

static size_t count(const struct cs_doctor *doctor, bool refused)
{
    size_t n = 0;

    for (size_t i = 0; i < doctor->n; i++)
        n += refused ? doctor->check[i].st != CS_OK : doctor->check[i].warns;
    return n;
}

enum cs_status cs_doctor_text(FILE *stream, const struct cs_doctor *doctor)
{
    const size_t n_refused = count(doctor, true), n_warned = count(doctor, false);

    for (size_t i = 0; i < doctor->n; i++)
        fprintf(stream, "%-8s %-14s %s\n", verdict_of(&doctor->check[i]),
                doctor->check[i].name, doctor->check[i].words);
    if (n_refused > 0)
        fprintf(stream,
                "\nA run is refused as things stand: %zu of %zu checks, see above.\n",
                n_refused, doctor->n);
    else
        fprintf(stream, "\nA run can start; warnings: %zu.\n", n_warned);
    return ferror(stream) ? CS_IO : CS_OK;
}

static json_t *check_json(const void *of, size_t i)
{
    const struct cs_check *check = (const struct cs_check *)of + i;
    struct cs_json object = cs_json_new();

    cs_json_put(&object, "check", json_string(check->name));
    cs_json_put(&object, "verdict", json_string(verdict_of(check)));
    cs_json_put(&object, "words", json_string(check->words));
    return cs_json_finish(&object);
}

static json_t *prediction_json(const struct cs_prediction *prediction)
{
    struct cs_json object = cs_json_new();

    cs_json_put_real(&object, "seconds", cs_prediction_seconds(prediction));
    cs_json_put_real(&object, "link_seconds", prediction->link_seconds);
    cs_json_put_real(&object, "measure_seconds", prediction->measure_seconds);
    cs_json_put_real(&object, "fit_seconds", prediction->fit_seconds);
    cs_json_put_real(&object, "train_seconds", prediction->train_seconds);
    cs_json_put_real(&object, "other_seconds", prediction->other_seconds);
    cs_json_put_real(&object, "memory_bytes", prediction->memory_bytes);
    cs_json_put_real(&object, "traffic_bytes", prediction->traffic_bytes);
    cs_json_put_real(&object, "disk_bytes", prediction->disk_bytes);
    return cs_json_finish(&object);
}

enum cs_status cs_doctor_json(FILE *stream, const struct cs_doctor *doctor)
{
    struct cs_json object = cs_json_new();

    cs_json_put(&object, "schema", json_string("cosynth-doctor/1"));
    cs_json_put(&object, "can_start", json_boolean(count(doctor, true) == 0));
    cs_json_put(&object, "checks", cs_json_list(check_json, doctor->check, doctor->n));
    cs_json_put(&object, "prediction",
                doctor->has_prediction ? prediction_json(&doctor->prediction)
                                       : json_null());
    return cs_json_write(stream, cs_json_finish(&object), 6);
}
