/* libe2e_faults.so: one call of a function fails, in a program that knows nothing of it.
 *
 * LD_PRELOAD it, and say in the environment what is to fail:
 *
 *   E2E_FAULT        FUNCTION: see `functions`
 *   E2E_FAULT_CALL   K: the K-th call fails, counted from just before main to exit
 *   E2E_FAULT_PATH   PATH: the first call that came this way (a number of the list) fails
 *   E2E_FAULT_DEPTH  how many callers make a way
 *   E2E_FAULT_ERROR  an errno, or `short`: half of the bytes are read or written
 *   E2E_FAULT_LOG    FILE, to which lines are appended:
 *                      failed PLACE PLACE ..   where it was called from, innermost first
 *                      path PATH K             with E2E_FAULT_LIST: a new way to a call
 *                      calls N                 at exit
 *   E2E_FAULT_LEAK   with it, memory is lost: who looks for leaks must find it
 *
 * Functions of memory are replaced by their names, so that calls of libraries count too.
 * Calls of the system are stopped by the kernel (seccomp(2), SECCOMP_RET_TRAP), which
 * sees also those that the C library makes for itself, as fprintf's: the handler of the
 * signal makes the call, or does not. A sanitizer that stands behind this library in the
 * order of loading goes on working: set verify_asan_link_order=0.
 */
#define _GNU_SOURCE /* dladdr, RTLD_NEXT */
#include <dlfcn.h>
#include <errno.h>
#include <execinfo.h>
#include <fcntl.h>
#include <link.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <ucontext.h>
#include <unistd.h>

enum {
    FRAMES = 24,
    PATHS_MAX = 1 << 16,
    NUMBERS_MAX = 6,
    STEPS_MAX = 64,
    SPARE_BYTES = 1 << 20
};

/* What the descriptor of a call must be, where the same call serves files and sockets. */
enum object { ANY, REGULAR, STREAM };

static const struct function {
    const char *name;
    enum object object;
    int n_numbers;
    int number[NUMBERS_MAX]; /* of the calls of the system; none: by name */
} functions[] = {
    { "malloc", ANY, 0, { 0 } },
    { "calloc", ANY, 0, { 0 } },
    { "realloc", ANY, 0, { 0 } },
    { "aligned_alloc", ANY, 0, { 0 } },
    { "open", ANY, 2, { SYS_open, SYS_openat } },
    { "read", REGULAR, 2, { SYS_read, SYS_readv } },
    { "pread", REGULAR, 1, { SYS_pread64 } },
    { "write", REGULAR, 2, { SYS_write, SYS_writev } },
    { "pwrite", REGULAR, 1, { SYS_pwrite64 } },
    { "fsync", ANY, 1, { SYS_fsync } },
    { "fdatasync", ANY, 1, { SYS_fdatasync } },
    { "rename", ANY, 2, { SYS_rename, SYS_renameat2 } },
    { "mkdir", ANY, 2, { SYS_mkdir, SYS_mkdirat } },
    { "send", STREAM, 4, { SYS_sendmsg, SYS_sendto, SYS_write, SYS_writev } },
    { "receive", STREAM, 4, { SYS_recvmsg, SYS_recvfrom, SYS_read, SYS_readv } },
};

static struct {
    bool is_ready; /* just before main */
    const struct function *function;
    long call, error;
    int depth;
    bool is_short, lists;
    uintptr_t path, seen[PATHS_MAX]; /* a table of what was listed, by open addressing */
    int log;
    atomic_long n_calls;
    atomic_bool has_failed;
    atomic_flag lock;
} fault = { .log = -1 };

static _Thread_local bool is_inside; /* what this file calls does not count */

/* ---- calls of the system that are not stopped ------------------------------------- */

/* The filter knows the address behind its one instruction. */
long e2e_call(long number, long a, long b, long c, long d, long e, long f);
extern const char e2e_call_end[];
__asm__(".globl e2e_call, e2e_call_end\n"
        ".hidden e2e_call, e2e_call_end\n"
        ".type e2e_call, @function\n"
        "e2e_call:\n"
        "    mov %rdi, %rax\n"
        "    mov %rsi, %rdi\n"
        "    mov %rdx, %rsi\n"
        "    mov %rcx, %rdx\n"
        "    mov %r8, %r10\n"
        "    mov %r9, %r8\n"
        "    mov 8(%rsp), %r9\n"
        "    syscall\n"
        "e2e_call_end:\n"
        "    ret\n");

static void say(const char *format, ...)
{
    char line[4096];
    va_list args;

    va_start(args, format);
    const int n = vsnprintf(line, sizeof line, format, args);
    va_end(args);
    if (fault.log >= 0 && n > 0)
        e2e_call(SYS_write, fault.log, (long)line,
                 n < (int)sizeof line ? n : (int)sizeof line - 1, 0, 0, 0);
}

/* ---- is it this call? -------------------------------------------------------------- */

static void say_failed(void *const *frame, int n)
{
    char places[3072] = "";
    size_t used = 0;

    for (int i = 0; i < n && used < sizeof places - 200; i++) {
        Dl_info about = { 0 };
        const char *file = NULL, *slash = NULL;

        if (dladdr(frame[i], &about) != 0 && about.dli_fname != NULL) {
            file = about.dli_fname;
            slash = strrchr(file, '/');
        }
        used += (size_t)snprintf(
            places + used, 200, " %.60s+%#lx%s%.80s", slash != NULL ? slash + 1 : "?",
            file != NULL ? (unsigned long)((char *)frame[i] - (char *)about.dli_fbase)
                         : 0,
            about.dli_sname != NULL ? ":" : "",
            about.dli_sname != NULL ? about.dli_sname : "");
    }
    say("failed%s\n", places);
}

static uintptr_t path_of(void *const *frame, int n)
{
    uintptr_t path = 14695981039346656037u; /* FNV-1a */

    for (int i = 0; i < n; i++)
        path = (path ^ (uintptr_t)frame[i]) * 1099511628211u;
    return path;
}

/* True the first time. */
static bool is_new(uintptr_t path)
{
    size_t i = path % PATHS_MAX;

    while (atomic_flag_test_and_set(&fault.lock))
        ;
    for (size_t n = 0; n < PATHS_MAX && fault.seen[i] != 0 && fault.seen[i] != path; n++)
        i = (i + 1) % PATHS_MAX;
    const bool is = fault.seen[i] == 0;
    if (is)
        fault.seen[i] = path;
    atomic_flag_clear(&fault.lock);
    return is;
}

static bool is_due(long call, void *const *frame, int n)
{
    const bool by_path = fault.lists || fault.path != 0;
    const uintptr_t path =
        by_path ? path_of(frame, n < fault.depth ? n : fault.depth) : 0;

    if (fault.lists && is_new(path))
        say("path %lx %ld\n", (unsigned long)path, call);
    return (call == fault.call || (path != 0 && path == fault.path)) &&
           !atomic_exchange(&fault.has_failed, true);
}

/* Counts a call. The frames of this file are left out of its path. */
static bool fails(int n_own)
{
    void *frame[FRAMES];
    bool does;

    if (!fault.is_ready || is_inside)
        return false;
    const long call = ++fault.n_calls;
    if (fault.path == 0 && !fault.lists && call != fault.call)
        return false;
    is_inside = true;
    const int n = backtrace(frame, FRAMES) - n_own;
    does = is_due(call, frame + n_own, n > 0 ? n : 0);
    if (does)
        say_failed(frame + n_own, n > 0 ? n : 0);
    is_inside = false;
    return does;
}

/* ---- memory, by name --------------------------------------------------------------- */

/* Those that stand behind these in the order of loading. They are looked up when all
 * libraries are ready; until then memory comes from the spare, and stays there. */
static struct {
    void *(*malloc)(size_t);
    void *(*calloc)(size_t, size_t);
    void *(*realloc)(void *, size_t);
    void *(*aligned_alloc)(size_t, size_t);
    int (*posix_memalign)(void **, size_t, size_t);
    void (*free)(void *);
    int (*pthread_sigmask)(int, const sigset_t *, sigset_t *);
} next;

static char spare[SPARE_BYTES] __attribute__((aligned(64)));
static size_t n_spare;

static void *take_spare(size_t n_bytes)
{
    void *bytes = spare + n_spare;

    n_spare += (n_bytes + 63) / 64 * 64;
    if (n_spare > sizeof spare)
        abort();
    return bytes;
}

static bool is_spare(const void *bytes)
{
    return (const char *)bytes >= spare && (const char *)bytes < spare + sizeof spare;
}

/* How many bytes there may be at an address of the spare. */
static size_t n_behind(const void *bytes)
{
    return (size_t)(spare + sizeof spare - (const char *)bytes);
}

/* True if memory is refused now. */
static bool refuses(const char *name)
{
    if (!fault.is_ready || strcmp(fault.function->name, name) != 0 || !fails(2))
        return false;
    errno = (int)fault.error;
    return true;
}

void *malloc(size_t n_bytes)
{
    if (next.malloc == NULL)
        return take_spare(n_bytes);
    return refuses("malloc") ? NULL : next.malloc(n_bytes);
}

void *calloc(size_t n, size_t n_bytes)
{
    if (next.calloc == NULL)
        return take_spare(n * n_bytes);
    return refuses("calloc") ? NULL : next.calloc(n, n_bytes);
}

void *realloc(void *bytes, size_t n_bytes)
{
    void *more;

    if (next.realloc != NULL && !is_spare(bytes))
        return refuses("realloc") ? NULL : next.realloc(bytes, n_bytes);
    more = malloc(n_bytes);
    if (more != NULL && bytes != NULL)
        memcpy(more, bytes, n_bytes < n_behind(bytes) ? n_bytes : n_behind(bytes));
    return more;
}

void *aligned_alloc(size_t alignment, size_t n_bytes)
{
    if (next.aligned_alloc == NULL)
        return take_spare(n_bytes);
    return refuses("aligned_alloc") ? NULL : next.aligned_alloc(alignment, n_bytes);
}

int posix_memalign(void **bytes, size_t alignment, size_t n_bytes)
{
    if (next.posix_memalign == NULL)
        *bytes = take_spare(n_bytes);
    else if (refuses("aligned_alloc"))
        return ENOMEM;
    return next.posix_memalign == NULL ? 0
                                       : next.posix_memalign(bytes, alignment, n_bytes);
}

void free(void *bytes)
{
    if (next.free != NULL && !is_spare(bytes))
        next.free(bytes);
}

static void look_up(void)
{
    *(void **)&next.malloc = dlsym(RTLD_NEXT, "malloc");
    *(void **)&next.calloc = dlsym(RTLD_NEXT, "calloc");
    *(void **)&next.realloc = dlsym(RTLD_NEXT, "realloc");
    *(void **)&next.aligned_alloc = dlsym(RTLD_NEXT, "aligned_alloc");
    *(void **)&next.posix_memalign = dlsym(RTLD_NEXT, "posix_memalign");
    *(void **)&next.free = dlsym(RTLD_NEXT, "free");
    *(void **)&next.pthread_sigmask = dlsym(RTLD_NEXT, "pthread_sigmask");
}

/* ---- the system, by a filter ------------------------------------------------------- */

/* A library that blocks all signals in its threads would end the program with the first
 * call that is stopped. */
static const sigset_t *without_ours(sigset_t *copy, const sigset_t *set)
{
    if (set == NULL)
        return NULL;
    *copy = *set;
    sigdelset(copy, SIGSYS);
    return copy;
}

int pthread_sigmask(int how, const sigset_t *set, sigset_t *before)
{
    sigset_t copy;

    if (next.pthread_sigmask == NULL)
        return ENOSYS; /* before main */
    return next.pthread_sigmask(how, without_ours(&copy, set), before);
}

int sigprocmask(int how, const sigset_t *set, sigset_t *before)
{
    const int reason = pthread_sigmask(how, set, before);

    if (reason != 0)
        errno = reason;
    return reason != 0 ? -1 : 0;
}

/* Sockets whose messages are always whole cannot be short. */
static bool is_stream(long descriptor, const struct stat *about)
{
    int type = 0;
    socklen_t n_bytes = sizeof type;

    return S_ISSOCK(about->st_mode) &&
           e2e_call(SYS_getsockopt, descriptor, SOL_SOCKET, SO_TYPE, (long)&type,
                    (long)&n_bytes, 0) == 0 &&
           type == SOCK_STREAM;
}

static bool is_object(long descriptor)
{
    struct stat about;

    if (fault.function->object == ANY)
        return true;
    if (descriptor <= STDERR_FILENO || /* words are no data */
        e2e_call(SYS_fstat, descriptor, (long)&about, 0, 0, 0, 0) != 0)
        return false;
    return fault.function->object == STREAM ? is_stream(descriptor, &about)
                                            : S_ISREG(about.st_mode);
}

/* Half of what one call with a buffer would move. */
static long call_by_half(long number, const long word[6])
{
    const bool has_buffer = number == SYS_read || number == SYS_write ||
                            number == SYS_pread64 || number == SYS_pwrite64 ||
                            number == SYS_sendto || number == SYS_recvfrom;
    const long third = has_buffer && word[2] > 1 ? word[2] / 2 : word[2];

    return e2e_call(number, word[0], word[1], third, word[3], word[4], word[5]);
}

static void stopped(int signal, siginfo_t *about, void *arg)
{
    greg_t *const reg = ((ucontext_t *)arg)->uc_mcontext.gregs;
    const long word[6] = { reg[REG_RDI], reg[REG_RSI], reg[REG_RDX],
                           reg[REG_R10], reg[REG_R8],  reg[REG_R9] };
    const int reason = errno;
    const bool does = is_object(word[0]) && fails(3);

    (void)signal;
    if (does && !fault.is_short)
        reg[REG_RAX] = -fault.error;
    else if (does)
        reg[REG_RAX] = call_by_half(about->si_syscall, word);
    else
        reg[REG_RAX] = e2e_call(about->si_syscall, word[0], word[1], word[2], word[3],
                                word[4], word[5]);
    errno = reason;
}

struct program {
    struct sock_filter step[STEPS_MAX];
    unsigned short n;
};

static void add(struct program *program, struct sock_filter step)
{
    if (program->n < STEPS_MAX)
        program->step[program->n++] = step;
}

#define LOAD(field)                                                                      \
    (struct sock_filter) BPF_STMT(BPF_LD | BPF_W | BPF_ABS,                              \
                                  (uint32_t)offsetof(struct seccomp_data, field))
#define JUMP(test, with, then, otherwise)                                                \
    (struct sock_filter)                                                                 \
        BPF_JUMP(BPF_JMP | BPF_K | (test), (uint32_t)(with), (then), (otherwise))
#define RETURN(what) (struct sock_filter) BPF_STMT(BPF_RET | BPF_K, (what))

/* Calls from these addresses, all in one 4 GB, are made. */
static void let_pass(struct program *program, uintptr_t from, uintptr_t to)
{
    add(program, LOAD(instruction_pointer) /* lower half */);
    add(program, JUMP(BPF_JGE, from, 0, 4));
    add(program, JUMP(BPF_JGE, to, 3, 0));
    add(program, LOAD(instruction_pointer) /* upper half: */);
    program->step[program->n - 1].k += 4;
    add(program, JUMP(BPF_JEQ, from >> 32, 0, 1));
    add(program, RETURN(SECCOMP_RET_ALLOW));
}

/* Sanitizers call the system while no handler can run. */
static int let_sanitizers_pass(struct dl_phdr_info *info, size_t n_bytes, void *program)
{
    (void)n_bytes;
    if (strstr(info->dlpi_name, "san.so") == NULL)
        return 0;
    for (int i = 0; i < info->dlpi_phnum; i++) {
        const ElfW(Phdr) *part = &info->dlpi_phdr[i];

        if (part->p_type == PT_LOAD && (part->p_flags & PF_X) != 0)
            let_pass(program, info->dlpi_addr + part->p_vaddr,
                     info->dlpi_addr + part->p_vaddr + part->p_memsz);
    }
    return 0;
}

static void stop_calls(const struct function *function)
{
    struct sigaction action = { .sa_sigaction = stopped,
                                .sa_flags = SA_SIGINFO | SA_NODEFER | SA_RESTART };
    struct program program = { .n = 0 };

    let_pass(&program, (uintptr_t)e2e_call_end, (uintptr_t)e2e_call_end + 1);
    dl_iterate_phdr(let_sanitizers_pass, &program);
    add(&program, LOAD(nr));
    for (int i = 0; i < function->n_numbers; i++) {
        add(&program, JUMP(BPF_JEQ, function->number[i], 0, 1));
        add(&program, RETURN(SECCOMP_RET_TRAP));
    }
    add(&program, RETURN(SECCOMP_RET_ALLOW));
    const struct sock_fprog filter = { program.n, program.step };

    sigaction(SIGSYS, &action, NULL);
    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0 ||
        prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &filter) != 0)
        say("refused: this system filters no calls\n");
}

/* ---- from just before main to exit ------------------------------------------------- */

static void lose(void)
{
    void *volatile lost = next.malloc(100);

    lost = NULL;
    (void)lost;
}

static void end(void)
{
    fault.is_ready = false;
    say("calls %ld\n", (long)fault.n_calls);
}

static long number_of(const char *variable, int base)
{
    const char *text = getenv(variable);

    return text != NULL ? (long)strtoul(text, NULL, base) : 0;
}

static const struct function *find(const char *name)
{
    for (size_t i = 0; name != NULL && i < sizeof functions / sizeof *functions; i++)
        if (strcmp(functions[i].name, name) == 0)
            return &functions[i];
    return NULL;
}

__attribute__((constructor)) static void begin(void)
{
    const char *log = getenv("E2E_FAULT_LOG"), *error = getenv("E2E_FAULT_ERROR");
    void *frame[FRAMES];

    look_up();
    fault.function = find(getenv("E2E_FAULT"));
    if (fault.function == NULL || log == NULL)
        return;
    fault.log = open(log, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    fault.call = number_of("E2E_FAULT_CALL", 10);
    fault.path = (uintptr_t)number_of("E2E_FAULT_PATH", 16);
    fault.depth = (int)number_of("E2E_FAULT_DEPTH", 10);
    fault.lists = getenv("E2E_FAULT_LIST") != NULL;
    fault.is_short = error != NULL && strcmp(error, "short") == 0;
    fault.error = fault.is_short ? 0 : number_of("E2E_FAULT_ERROR", 10);
    backtrace(frame, FRAMES); /* loads what it needs */
    atexit(end);
    if (getenv("E2E_FAULT_LEAK") != NULL)
        lose();
    if (fault.function->n_numbers > 0)
        stop_calls(fault.function);
    fault.is_ready = true;
}
