/* replay.c: runs one target on files, or on all files of folders: what it was once given
 * by an engine, without one.
 *
 *     fuzz_NAME tests/fuzz/corpus/NAME ..
 */
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "tests/fuzz/fuzz.h"

enum { PATH_BYTES = 4096 };

static size_t size_of(FILE *stream)
{
    CS_REQUIRE(fseek(stream, 0, SEEK_END) == 0);
    const long size = ftell(stream);
    CS_REQUIRE(size >= 0 && fseek(stream, 0, SEEK_SET) == 0);
    return (size_t)size;
}

/* In memory of just its size, so that a byte too much is noticed. */
static size_t replay_file(const char *path)
{
    FILE *stream = fopen(path, "rb");

    if (stream == NULL) {
        fprintf(stderr, "%s: cannot be opened\n", path);
        exit(2);
    }
    const size_t size = size_of(stream);
    uint8_t *data = malloc(size + (size == 0)); /* never of size 0 */
    CS_REQUIRE(data != NULL && fread(data, 1, size, stream) == size);
    fclose(stream);
    LLVMFuzzerTestOneInput(data, size);
    free(data);
    return 1;
}

static size_t replay(const char *path)
{
    char within[PATH_BYTES];
    struct stat about;
    size_t n = 0;

    if (stat(path, &about) != 0 || !S_ISDIR(about.st_mode))
        return replay_file(path);
    DIR *folder = opendir(path);
    CS_REQUIRE(folder != NULL);
    for (const struct dirent *entry; (entry = readdir(folder)) != NULL;) {
        if (entry->d_name[0] == '.')
            continue;
        CS_REQUIRE(snprintf(within, sizeof within, "%s/%s", path, entry->d_name) <
                   PATH_BYTES);
        n += replay_file(within);
    }
    closedir(folder);
    return n;
}

int main(int argc, char **argv)
{
    size_t n = 0;

    for (int i = 1; i < argc; i++)
        n += replay(argv[i]);
    printf("%zu inputs\n", n);
    return n > 0 ? 0 : 2; /* a corpus that is not there holds nothing */
}
