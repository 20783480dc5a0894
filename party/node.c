#include "party/node.h"

#include <stdlib.h>
#include <string.h>

#include "model/id.h"
#include "model/workers.h"
#include "party/file.h"

#define NODE_BYTES_MAX (64 * 1024) /* of the file */
#define ADDRESS_PREFIX "tcp://"
#define ADDRESS_BYTES_MAX 256
#define PORT_MAX 65535
#define NAME_BYTES_MAX 256 /* of a column */

#define IN_NODE(member) CS_MEMBER(struct cs_node, member)
#define PATH(member) CS_FIELD_TEXT, IN_NODE(member), .low = 1, .high = CS_PATH_BYTES - 1
#define ADDRESS(member)                                                                  \
    CS_FIELD_TEXT, IN_NODE(member), .low = 1, .high = ADDRESS_BYTES_MAX

static const char *const parties[] = { "a", "b", NULL };

/* clang-format off */
static const struct cs_field fields[] = {
    { "party", CS_FIELD_CHOICE, IN_NODE(party), .choices = parties },
    { "data", PATH(data) },
    { "id", CS_FIELD_NAMES, CS_REQUIRED },
    { "key", PATH(key), .fallback = "" },
    { "listen", ADDRESS(listen), .fallback = "" },
    { "connect", ADDRESS(connect), .fallback = "" },
    { "output", PATH(output) },
    { "ledger", PATH(ledger) },
    { "ledger_limit", CS_FIELD_MAP, .fallback = "" },
    { "allow_unprotected", CS_FIELD_BOOL, IN_NODE(allow_unprotected), .fallback = "false" },
    { "threads", CS_FIELD_INTEGER, IN_NODE(threads), .low = 0, .high = CS_WORKERS_MAX, .fallback = "0" },
    { "timeout", CS_FIELD_INTEGER, IN_NODE(timeout_seconds), .low = 1, .high = 86400, .fallback = "60" },
    { "reconnect", CS_FIELD_INTEGER, IN_NODE(reconnect_seconds), .low = 0, .high = 86400, .fallback = "300" },
    { "wait", CS_FIELD_INTEGER, IN_NODE(wait_seconds), .low = 1, .high = 604800, .fallback = "300" },
};
/* clang-format on */

static const struct cs_section section = { "a node", "", fields,
                                           sizeof fields / sizeof *fields };

const struct cs_section *cs_node_section(void)
{
    return &section;
}

static enum cs_status add_id(struct cs_node *node, const struct cs_yaml *name,
                             struct cs_fault *fault)
{
    enum cs_status st = CS_OK;

    CS_TRY(cs_field_scalar(name, fault));
    if (name->text[0] == '\0' || strlen(name->text) > NAME_BYTES_MAX)
        return cs_yaml_say(fault, name, NULL, "is not a name of 1 to %d bytes",
                           NAME_BYTES_MAX);
    for (size_t k = 0; k < node->n_id; k++)
        if (strcmp(node->id[k], name->text) == 0)
            return cs_yaml_say(fault, name, NULL,
                               "is named twice; each identifier has a column of its own");
    node->id[node->n_id] = strdup(name->text);
    if (node->id[node->n_id++] == NULL)
        return CS_MEMORY;
out:
    return st;
}

/* One column, or a list of them. */
static enum cs_status read_id(struct cs_node *node, const struct cs_yaml *id,
                              struct cs_fault *fault)
{
    enum cs_status st = CS_OK;
    const struct cs_yaml *name = id->kind == CS_YAML_LIST ? id->first : id;
    const size_t n = id->kind == CS_YAML_LIST ? id->n_children : 1;

    if (n < 1 || n > CS_IDENTIFIERS_MAX)
        return cs_yaml_say(fault, id, NULL, "has %zu names; give 1 to %d", n,
                           CS_IDENTIFIERS_MAX);
    node->id = calloc(n, sizeof *node->id);
    if (node->id == NULL)
        return CS_MEMORY;
    for (size_t k = 0; k < n; k++, name = name->next)
        CS_TRY(add_id(node, name, fault));
out:
    return st;
}

/* 1 to 65535, in digits alone. */
static bool is_port(const char *text)
{
    const size_t n = strlen(text);

    if (n < 1 || n > 5 || strspn(text, "0123456789") != n)
        return false;
    const long port = strtol(text, NULL, 10);
    return port >= 1 && port <= PORT_MAX;
}

/* tcp://host:port; an IPv6 address stands in brackets. */
static bool is_address(const char *text)
{
    const size_t n_prefix = strlen(ADDRESS_PREFIX);

    if (strncmp(text, ADDRESS_PREFIX, n_prefix) != 0)
        return false;
    const char *host = text + n_prefix, *colon = strrchr(host, ':');
    if (colon == NULL || colon == host || !is_port(colon + 1))
        return false;
    const size_t n_host = (size_t)(colon - host);
    if (host[0] == '[')
        return n_host > 2 && host[n_host - 1] == ']';
    return memchr(host, ':', n_host) == NULL && strcspn(host, "/ ") >= n_host;
}

static enum cs_status check_addresses(const struct cs_node *node,
                                      const struct cs_yaml *root, struct cs_fault *fault)
{
    const char *key = node->listen != NULL ? "listen" : "connect";
    const char *address = node->listen != NULL ? node->listen : node->connect;

    if (address == NULL)
        return cs_yaml_say(fault, root, "listen",
                           "is missing, and `connect` too; one party listens, the other "
                           "connects to it");
    if (node->listen != NULL && node->connect != NULL)
        return cs_yaml_say(fault, root, "connect",
                           "does not go with `listen`; take one of them out");
    if (!is_address(address))
        return cs_yaml_say(
            fault, root, key,
            "is not an address; write it as tcp://host:port, the port from "
            "1 to 65535");
    return CS_OK;
}

/* Puts folder before the path in *text, unless it is absolute or NULL. */
static enum cs_status resolve(char **text, const char *folder, struct cs_fault *fault)
{
    char path[CS_PATH_BYTES];
    char *copy;

    if (*text == NULL)
        return CS_OK;
    const enum cs_status st = cs_file_join(path, folder, *text, fault);
    if (st != CS_OK)
        return st;
    copy = strdup(path);
    if (copy == NULL)
        return CS_MEMORY;
    free(*text);
    *text = copy;
    return CS_OK;
}

static enum cs_status replace(char **text, const char *value)
{
    free(*text);
    *text = strdup(value);
    return *text != NULL ? CS_OK : CS_MEMORY;
}

/* The folder of the file at path: "" if it has none. */
static char *folder_of(const char *path)
{
    const char *slash = strrchr(path, '/');

    if (slash == path)
        return strdup("/");
    return strndup(path, slash != NULL ? (size_t)(slash - path) : 0);
}

static enum cs_status place_output(struct cs_node *node, const char *folder,
                                   const char *output_dir, struct cs_fault *fault)
{
    enum cs_status st = CS_OK;

    if (output_dir != NULL)
        CS_TRY(replace(&node->output, parties[node->party]));
    CS_TRY(resolve(&node->output, output_dir != NULL ? output_dir : folder, fault));
out:
    return st;
}

/* A limit holds for the ledger that the file names, and for no other. */
static enum cs_status place_ledger(struct cs_node *node, const char *path,
                                   const char *folder, const char *ledger,
                                   struct cs_fault *fault)
{
    if (ledger == NULL)
        return resolve(&node->ledger, folder, fault);
    if (!cs_limit_is_none(&node->limit))
        return cs_fault_say(fault, CS_CONFIG,
                            "%s: ledger_limit: does not go with --ledger: it holds for "
                            "the ledger that the file names; leave the option out",
                            path);
    return replace(&node->ledger, ledger);
}

static enum cs_status place(struct cs_node *node, const char *path,
                            const struct cs_node_override *override,
                            struct cs_fault *fault)
{
    static const struct cs_node_override none = { 0 };
    const struct cs_node_override *say = override != NULL ? override : &none;
    char *folder = folder_of(path);
    enum cs_status st = CS_MEMORY;

    if (folder == NULL)
        goto out;
    CS_TRY(resolve(&node->data, say->data_dir != NULL ? say->data_dir : folder, fault));
    CS_TRY(resolve(&node->key, folder, fault));
    CS_TRY(place_output(node, folder, say->output_dir, fault));
    CS_TRY(place_ledger(node, path, folder, say->ledger, fault));
out:
    free(folder);
    return st;
}

enum cs_status cs_node_read(struct cs_node *node, const char *path,
                            const struct cs_node_override *override,
                            struct cs_fault *fault)
{
    struct cs_yaml_document *document = NULL;
    enum cs_status st = CS_OK;
    char *text = NULL;
    size_t n_bytes = 0;

    *node = (struct cs_node){ 0 };
    CS_TRY(cs_file_read(&text, &n_bytes, path, NODE_BYTES_MAX, fault));
    CS_TRY(cs_yaml_parse(&document, text, n_bytes, path, fault));
    CS_TRY(cs_fields_read(node, &section, document->root, fault));
    CS_TRY(cs_fields_read(&node->limit, cs_limit_section(),
                          cs_yaml_get(document->root, "ledger_limit"), fault));
    CS_TRY(read_id(node, cs_yaml_get(document->root, "id"), fault));
    CS_TRY(check_addresses(node, document->root, fault));
    CS_TRY(place(node, path, override, fault));
out:
    if (st != CS_OK)
        cs_node_wipe(node);
    cs_yaml_free(document);
    free(text);
    return st;
}

void cs_node_wipe(struct cs_node *node)
{
    free(node->data);
    for (size_t k = 0; k < node->n_id; k++)
        free(node->id[k]);
    free(node->id);
    free(node->key);
    free(node->listen);
    free(node->connect);
    free(node->output);
    free(node->ledger);
    *node = (struct cs_node){ 0 };
}
