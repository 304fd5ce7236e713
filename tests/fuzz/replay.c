/*
 * tests/fuzz/replay.c - feeds files to a fuzz target, for compilers without libFuzzer
 *
 * Arguments are files or folders of files. Without any it is a test of make check: the
 * target's own corpus, $top_srcdir/tests/fuzz/corpus/REPLAY_CORPUS, which must not be empty.
 */
#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/file.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { REPLAY_FILE_BYTES = 16 * 1024 * 1024 };

/* Number of files fed, -1 when one cannot be read. */
static int feed(struct arena *a, const char *path, struct err *e)
{
    struct stat st;
    char *bytes, **name, *exact;
    size_t n;
    int fed = 0;

    if (stat(path, &st) == 0 && S_ISDIR(st.st_mode)) {
        if (file_list(a, path, &name, &n, e) < 0)
            return -1;
        for (size_t i = 0; i < n; i++) {
            int more = feed(a, arena_fmt(a, "%s/%s", path, name[i]), e);

            if (more < 0)
                return -1;
            fed += more;
        }
        return fed;
    }
    if (file_read(a, path, REPLAY_FILE_BYTES, &bytes, &n, e) < 0)
        return -1;
    /* a block of its own, exactly as long, as libFuzzer gives it */
    exact = arena_alloc(a, n);
    memcpy(exact, bytes, n);
    LLVMFuzzerTestOneInput((const uint8_t *)exact, n);
    return 1;
}

int main(int argc, char **argv)
{
    struct arena *a = arena_new("replay", 1U << 30);
    struct err e = {0};
    const char *top = getenv("top_srcdir");
    int fed = 0;

    if (argc < 2)
        fed = feed(a, arena_fmt(a, "%s/tests/fuzz/corpus/%s", top != NULL ? top : ".", REPLAY_CORPUS), &e);
    for (int i = 1; i < argc && fed >= 0; i++) {
        int more = feed(a, argv[i], &e);

        fed = more < 0 ? -1 : fed + more;
    }
    if (fed < 0)
        fprintf(stderr, "replay: %s (%s)\n", e.message, e.detail);
    else
        printf("replay: %d files\n", fed);
    arena_free(a);
    return fed > 0 ? 0 : 1;
}
