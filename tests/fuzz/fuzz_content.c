/*
 * tests/fuzz/fuzz_content.c - what a file is by its content: zip directories, compound files, texts
 */
#include "config.h"

#include <stdint.h>
#include <sys/mman.h>
#include <unistd.h>

#include "casework/content_type.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    int fd = memfd_create("upload", 0);
    struct err e = {0};
    const char *type;

    if (write(fd, data, size) == (ssize_t)size && content_type_of(fd, 0, (int64_t)size, "a.doc", &type, &e) < 0 &&
        e.message[0] == '\0')
        __builtin_trap(); /* refused without a word */
    close(fd);
    return 0;
}
