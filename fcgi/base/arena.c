/*
 * base/arena.c - memory that is given back all at once
 *
 * Chunks from malloc in a list, the newest first and the very first a small one; a request larger than a quarter
 * of a chunk gets one of its own, put behind the one in use so that this goes on
 * being filled. The first few ordinary chunks outlive a reset.
 *
 * What is free in a chunk is zero at all times: a chunk is made so, and a reset wipes what was used.
 * So nothing is wiped twice.
 */
#include "config.h"

#include "base/arena.h"

#include <assert.h>
#include <stdalign.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/fmt.h"

#if defined(__has_feature)
#if __has_feature(address_sanitizer)
#define ARENA_POISON 1
#endif
#endif
#if defined(__SANITIZE_ADDRESS__)
#define ARENA_POISON 1
#endif

#ifdef ARENA_POISON
#include <sanitizer/asan_interface.h>
enum { ARENA_GAP = 16 }; /* between two pieces, so that running over the end is seen */
#else
#define ASAN_POISON_MEMORY_REGION(p, n)   ((void)(p), (void)(n))
#define ASAN_UNPOISON_MEMORY_REGION(p, n) ((void)(p), (void)(n))
enum { ARENA_GAP = 0 };
#endif

enum {
    ARENA_FIRST_BYTES = 4 * 1024,
    ARENA_CHUNK_BYTES = 64 * 1024,
    ARENA_SHARED_BYTES = 1024 * 1024, /* a mapping each; what is not touched is not there */
    ARENA_ALIGN = 16,
    ARENA_EXIT = 70,
    ARENA_KEPT_CHUNKS = 10
};

struct chunk {
    struct chunk *next;
    size_t size, used;
    int is_ordinary; /* not one large piece */
    alignas(ARENA_ALIGN) char data[];
};

struct deferred {
    struct deferred *next;
    void (*fn)(void *);
    void *p;
};

struct arena {
    const char *name;
    size_t ceiling, used;
    int is_shared, is_sealed;
    struct chunk *chunks; /* the one being filled */
    struct chunk *spare;  /* ordinary ones from before the reset, wiped */
    int spare_count;
    struct deferred *deferred;
};

static void NORETURN_ arena_die(const char *name, const char *why, size_t bytes)
{
    char line[160];
    int n = snprintf(line, sizeof line, "arena %s: %s (%zu bytes)\n", name, why, bytes);

    if (n > 0 && write(STDERR_FILENO, line, (size_t)n) < 0)
        _exit(ARENA_EXIT); /* nobody listens; the end is the same */
    _exit(ARENA_EXIT);
}

struct arena *arena_new(const char *name, size_t ceiling_bytes)
{
    struct arena *a = calloc(1, sizeof *a);

    if (a == NULL)
        arena_die(name, "out of memory", sizeof *a);
    a->name = name;
    a->ceiling = ceiling_bytes;
    return a;
}

struct arena *arena_new_shared(const char *name, size_t ceiling_bytes)
{
    struct arena *a = arena_new(name, ceiling_bytes);

    a->is_shared = 1;
    return a;
}

/* Whole pages, so that they can be sealed. */
static struct chunk *chunk_map(const struct arena *a, size_t size)
{
    size_t page = (size_t)sysconf(_SC_PAGESIZE), bytes = (sizeof(struct chunk) + size + page - 1) / page * page;
    struct chunk *c = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);

    if (c == MAP_FAILED)
        arena_die(a->name, "out of memory", bytes);
    c->size = bytes - sizeof *c;
    return c;
}

static struct chunk *chunk_new(const struct arena *a, size_t size)
{
    struct chunk *c = a->is_shared ? chunk_map(a, size) : calloc(1, sizeof *c + size);

    if (c == NULL)
        arena_die(a->name, "out of memory", size);
    if (!a->is_shared)
        c->size = size;
    ASAN_POISON_MEMORY_REGION(c->data, c->size);
    return c;
}

/* What one request knew (passwords, another's papers) is gone before the next one. */
static void chunk_wipe(struct chunk *c)
{
    ASAN_UNPOISON_MEMORY_REGION(c->data, c->size);
    explicit_bzero(c->data, c->used);
}

static void chunk_free(const struct arena *a, struct chunk *c)
{
    if (a->is_shared) { /* nothing of a request is in it */
        ASAN_UNPOISON_MEMORY_REGION(c->data, c->size);
        (void)munmap(c, sizeof *c + c->size);
        return;
    }
    chunk_wipe(c);
    free(c);
}

/* Wiped and put aside for the next request, or given back. */
static void chunk_retire(struct arena *a, struct chunk *c)
{
    if (!c->is_ordinary || a->spare_count >= ARENA_KEPT_CHUNKS) {
        chunk_free(a, c);
        return;
    }
    chunk_wipe(c);
    c->used = 0;
    c->next = a->spare;
    a->spare = c;
    a->spare_count++;
    ASAN_POISON_MEMORY_REGION(c->data, c->size);
}

void arena_reset(struct arena *a)
{
    while (a->deferred != NULL) { /* a deferred function may allocate and defer again */
        struct deferred *d = a->deferred;

        a->deferred = d->next;
        d->fn(d->p);
    }
    while (a->chunks != NULL) {
        struct chunk *c = a->chunks;

        a->chunks = c->next;
        chunk_retire(a, c);
    }
    a->used = 0;
}

void arena_free(struct arena *a)
{
    if (a == NULL)
        return;
    arena_reset(a);
    while (a->spare != NULL) {
        struct chunk *c = a->spare;

        a->spare = c->next;
        chunk_free(a, c);
    }
    free(a);
}

void arena_freep(struct arena **a)
{
    arena_free(*a);
    *a = NULL;
}

/* The chunk that has room for need bytes. */
static struct chunk *arena_room(struct arena *a, size_t need)
{
    const size_t ordinary = a->is_shared ? ARENA_SHARED_BYTES : ARENA_CHUNK_BYTES;
    struct chunk *c = a->chunks;

    if (c != NULL && c->size - c->used >= need)
        return c;
    if (need > ordinary / 4) {
        struct chunk *big = chunk_new(a, need);

        if (c == NULL) {
            a->chunks = big;
        } else {
            big->next = c->next;
            c->next = big;
        }
        return big;
    }
    c = a->spare;
    if (c != NULL) {
        a->spare = c->next;
        a->spare_count--;
    } else if (a->chunks == NULL && need <= ARENA_FIRST_BYTES && !a->is_shared) {
        c = chunk_new(a, ARENA_FIRST_BYTES); /* many an arena never needs more */
    } else {
        c = chunk_new(a, ordinary);
        c->is_ordinary = !a->is_shared;
    }
    c->next = a->chunks;
    a->chunks = c;
    return c;
}

void arena_seal(struct arena *a)
{
    assert(a->is_shared && a->deferred == NULL);
    for (struct chunk *c = a->chunks; c != NULL; c = c->next)
        if (mprotect(c, sizeof *c + c->size, PROT_READ) < 0)
            arena_die(a->name, "cannot be sealed", c->size);
    a->is_sealed = 1;
}

void *arena_alloc(struct arena *a, size_t size)
{
    assert(!a->is_sealed);
    if (size > a->ceiling)
        arena_die(a->name, "over its ceiling", size);

    size_t need = (size + ARENA_GAP + ARENA_ALIGN - 1) & ~(size_t)(ARENA_ALIGN - 1);

    if (need == 0)
        need = ARENA_ALIGN; /* so that two pieces never have one address */
    if (need > a->ceiling - a->used)
        arena_die(a->name, "over its ceiling", a->used + need);

    struct chunk *c = arena_room(a, need);
    char *p = c->data + c->used;

    c->used += need;
    a->used += need;
    ASAN_UNPOISON_MEMORY_REGION(p, size);
    return p;
}

void *arena_array(struct arena *a, size_t count, size_t size)
{
    size_t bytes;

    if (__builtin_mul_overflow(count, size, &bytes))
        arena_die(a->name, "over its ceiling", SIZE_MAX);
    return arena_alloc(a, bytes);
}

char *arena_dup(struct arena *a, const char *s)
{
    return arena_dupn(a, s, strlen(s));
}

char *arena_dupn(struct arena *a, const char *s, size_t n)
{
    char *p = arena_alloc(a, n + 1);

    if (n > 0)
        memcpy(p, s, n);
    return p;
}

char *arena_fmt(struct arena *a, const char *fmt, ...)
{
    va_list ap;

    va_start(ap, fmt);
    char *p = arena_vfmt(a, fmt, ap);
    va_end(ap);
    return p;
}

char *arena_vfmt(struct arena *a, const char *fmt, va_list ap)
{
    struct fmt plain;
    va_list again;

    va_copy(again, ap);
    int is_plain = fmt_read(&plain, fmt, again) == 0;
    va_end(again);
    if (is_plain) {
        char *p = arena_alloc(a, plain.len + 1);
        fmt_write(&plain, p);
        return p;
    }
    va_copy(again, ap);
    int n = vsnprintf(NULL, 0, fmt, again);
    va_end(again);
    assert(n >= 0); /* only a wide character or INT_MAX can fail, we use neither */
    char *p = arena_alloc(a, (size_t)n + 1);
    vsnprintf(p, (size_t)n + 1, fmt, ap);
    return p;
}

void arena_defer(struct arena *a, void (*fn)(void *), void *p)
{
    struct deferred *d = ARENA_NEW(a, struct deferred);

    d->fn = fn;
    d->p = p;
    d->next = a->deferred;
    a->deferred = d;
}

size_t arena_used(const struct arena *a)
{
    return a->used;
}
