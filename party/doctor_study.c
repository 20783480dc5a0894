/* The study on this host: who answers, what is kept of a run, what the ledger allows,
 * what the run will take. */

#include "model/workers.h"
#include "party/doctor.h"
#include "party/host_memory.h"
#include "party/ledger_file.h"
#include "party/ledger_verify.h"
#include "party/resume.h"
#include "protocol/probe.h"

enum { PROBE_MS = 4000 };

/* A run is refused only where the prediction is wrong by more than it ever was. */
static const double sure = 2;

/* ---- address ----------------------------------------------------------------------- */

static void say_answer(struct cs_doctor *doctor, const struct cs_probe *probe,
                       enum cs_status st, bool somebody, const struct cs_fault *fault)
{
    if (probe->is_listener && st == CS_OK)
        cs_doctor_good(doctor, "address", "%s: free; the peer connects to it",
                       probe->url);
    else if (st == CS_OK && probe->identity == NULL)
        cs_doctor_good(doctor, "address", "%s: somebody answers; who, was not asked",
                       probe->url);
    else if (st == CS_OK)
        cs_doctor_good(doctor, "address", "%s: the peer is there, and waits", probe->url);
    else if (st == CS_TIMEOUT && !somebody)
        cs_doctor_good(doctor, "address",
                       "%s: nobody listens yet; a run waits for the peer", probe->url);
    else if (st == CS_TIMEOUT)
        cs_doctor_warn(doctor, "address",
                       "%s: somebody answers, and does not speak as a node does; is "
                       "the port the right one?",
                       probe->url);
    else
        cs_doctor_refuse(doctor, "address", st, "%s", fault->text);
}

void cs_doctor_address(struct cs_doctor *doctor, const struct cs_node *node,
                       const struct cs_job *job)
{
    const char *said = doctor->options->address;
    const char *own = node->listen != NULL ? node->listen : node->connect;
    const struct cs_probe probe = {
        .url = said != NULL ? said : own,
        .is_listener = node->listen != NULL,
        .identity = job != NULL ? &job->self : NULL,
        .peer_fingerprint = job != NULL ? job->study->fingerprint[!node->party] : NULL,
        .wait_ms = PROBE_MS,
    };
    struct cs_fault fault = { 0 };
    bool somebody = false;
    const enum cs_status st = cs_probe(&somebody, &probe, &fault);

    say_answer(doctor, &probe, st, somebody, &fault);
}

/* ---- ledger ------------------------------------------------------------------------ */

static void check_ledger_whole(struct cs_doctor *doctor, const char *path)
{
    struct cs_store *store = NULL;
    struct cs_findings findings = { 0 };
    struct cs_chain_check chain;
    struct cs_fault fault = { 0 };
    enum cs_status st;

    CS_TRY(cs_ledger_file_read(&store, path, &fault));
    CS_TRY(cs_ledger_verify(&findings, &chain, store, NULL, &fault));
out:
    cs_store_free(store);
    if (st != CS_OK)
        cs_doctor_refuse(doctor, "ledger", st, "%s", fault.text);
    else if (findings.n > 0)
        cs_doctor_refuse(doctor, "ledger", CS_CONFIG,
                         "%s: %zu findings; `cosynth ledger verify` shows them", path,
                         findings.n);
    else
        cs_doctor_good(doctor, "ledger", "%s: verified", path);
}

/* Returns whether a run did not end that this one would be. */
static bool check_kept(struct cs_doctor *doctor, struct cs_job *job)
{
    bool goes_on = false;
    const enum cs_status st = cs_resume_look(&goes_on, job);

    if (st != CS_OK)
        cs_doctor_refuse(doctor, "kept run", st, "%s", job->fault->text);
    else if (goes_on)
        cs_doctor_good(
            doctor, "kept run",
            "a run of this study did not end; it goes on, `cosynth status` says "
            "from where");
    return goes_on;
}

static void check_budget(struct cs_doctor *doctor, struct cs_job *job,
                         const struct cs_plan *plan, bool goes_on)
{
    const struct cs_ledger_charge charge = cs_job_charge(job, plan);
    const struct cs_limit *limit = &job->node.limit;
    struct cs_fault fault = { 0 };

    if (goes_on) {
        cs_doctor_good(doctor, "budget", "the run is charged already, and not again");
        return;
    }
    const enum cs_status st =
        cs_limit_is_none(limit) ? CS_OK : cs_ledger_allows(job->ledger, &charge, &fault);

    if (st != CS_OK)
        cs_doctor_refuse(doctor, "budget", st, "%s", fault.text);
    else if (cs_limit_is_none(limit))
        cs_doctor_warn(doctor, "budget",
                       "the node file has no `ledger_limit`: runs on these people may "
                       "spend without bound");
    else
        cs_doctor_good(doctor, "budget",
                       "the run costs epsilon %.4g; the limit of %.4g allows it",
                       plan->epsilon_spent, limit->epsilon);
}

/* ---- what it takes ----------------------------------------------------------------- */

void cs_doctor_memory(struct cs_doctor *doctor)
{
    const struct cs_host_memory host = cs_host_memory(doctor->root);
    const double need = doctor->prediction.memory_bytes;

    if (need > sure * host.bytes)
        cs_doctor_refuse(
            doctor, "memory", CS_MEMORY,
            "about %.0f MB are needed, %.0f MB are %s; give it more, or rows "
            "to another host",
            1e-6 * need, 1e-6 * host.bytes, host.limit);
    else if (need * sure > host.bytes)
        cs_doctor_warn(doctor, "memory",
                       "about %.0f MB are needed, %.0f MB are %s: it may not do",
                       1e-6 * need, 1e-6 * host.bytes, host.limit);
    else
        cs_doctor_good(doctor, "memory", "about %.0f MB are needed, %.0f MB are %s",
                       1e-6 * need, 1e-6 * host.bytes, host.limit);
}

static unsigned threads_of(const struct cs_job *job)
{
    const size_t said = job->options->threads > 0 ? job->options->threads
                        : job->node.threads > 0   ? job->node.threads
                                                  : cs_workers_cores();
    return (unsigned)said;
}

static void say_prediction(struct cs_doctor *doctor)
{
    const struct cs_prediction *p = &doctor->prediction;

    cs_doctor_good(doctor, "time",
                   "about %.1f s of this host: link %.1f, measure %.1f, fits %.1f, train "
                   "%.1f, files %.1f",
                   cs_prediction_seconds(p), p->link_seconds, p->measure_seconds,
                   p->fit_seconds, p->train_seconds, p->other_seconds);
    cs_doctor_good(doctor, "traffic", "about %.3g MB both ways: %.0f s at 100 Mbit/s",
                   1e-6 * p->traffic_bytes, 8e-8 * p->traffic_bytes);
}

static enum cs_status predict(struct cs_doctor *doctor, struct cs_job *job,
                              const struct cs_plan *plan)
{
    struct cs_host_speed speed;
    enum cs_status st;

    CS_TRY(cs_host_speed(&speed));
    CS_TRY(cs_predict(&doctor->prediction, job->study, plan, job->node.party, &speed,
                      threads_of(job)));
    doctor->has_prediction = true;
out:
    return st;
}

static void check_run(struct cs_doctor *doctor, struct cs_job *job,
                      const struct cs_plan *plan)
{
    const enum cs_status st = predict(doctor, job, plan);

    if (st != CS_OK) {
        cs_doctor_refuse(doctor, "memory", st, "there is none left to predict with");
        return;
    }
    cs_doctor_memory(doctor);
    cs_doctor_folder(doctor, "room", job->node.output, doctor->prediction.disk_bytes);
    say_prediction(doctor);
}

/* The peer has as many rows in an aligned study, or the run ends at once. */
void cs_doctor_study(struct cs_doctor *doctor, struct cs_job *job)
{
    const enum cs_party party = job->node.party;
    const size_t own = job->table->codes.n_rows;
    size_t n_rows[2] = { own, own };
    struct cs_plan *plan = NULL;
    struct cs_fault fault = { 0 };

    if (doctor->peer_rows > 0)
        n_rows[!party] = doctor->peer_rows;
    cs_doctor_good(doctor, "files", "%s: %zu rows, %zu columns; the peer's rows are %s",
                   job->node.data, own, job->table->codes.n_columns,
                   doctor->peer_rows > 0 ? "as said" : "taken to be as many");
    check_ledger_whole(doctor, job->node.ledger);
    const bool goes_on = check_kept(doctor, job);
    const enum cs_status st = cs_plan_make(&plan, job->study, n_rows, &fault);
    if (st != CS_OK) {
        cs_doctor_refuse(doctor, "budget", st, "%s", fault.text);
    } else {
        check_budget(doctor, job, plan, goes_on);
        check_run(doctor, job, plan);
    }
    cs_plan_free(plan);
}

enum cs_status cs_doctor_memory_of_run(const struct cs_job *job)
{
    const size_t own = job->table->codes.n_rows;
    const double need =
        cs_predict_least_memory(job->study, (size_t[2]){ own, own }, job->node.party);
    const struct cs_host_memory host = cs_host_memory("");

    if (need <= sure * host.bytes)
        return CS_OK;
    return cs_fault_say(job->fault, CS_MEMORY,
                        "about %.0f MB are needed for %zu rows, %.0f MB are %s; "
                        "`cosynth doctor` says more",
                        1e-6 * need, own, 1e-6 * host.bytes, host.limit);
}
