/*
 * base/arena.h - memory that is given back all at once
 *
 * One arena per request, outbox item or command. What is handed out is zeroed and
 * never NULL: over its ceiling or out of memory the process says so and ends
 * (exit 70); inputs are bounded long before. Under AddressSanitizer what is not
 * handed out is poisoned.
 */
#ifndef BASE_ARENA_H
#define BASE_ARENA_H

#include <stdarg.h>
#include <stddef.h>

#include "base/attr.h"

struct arena;

/* name must be a literal; ceiling in bytes. */
struct arena *arena_new(const char *name, size_t ceiling_bytes);
/*
 * For what is made before children are forked and never changed afterwards: they share its pages instead of having each
 * counted as their own, and from arena_seal on a write to it ends the process.
 */
struct arena *arena_new_shared(const char *name, size_t ceiling_bytes);
void arena_seal(struct arena *a);
/* Runs the deferred functions in reverse order, keeps a few chunks, forgets the rest. */
void arena_reset(struct arena *a);
/* arena_reset, then frees; accepts NULL. */
void arena_free(struct arena *a);
void arena_freep(struct arena **a); /* for CLEANUP_ */

void *arena_alloc(struct arena *a, size_t size) __attribute__((returns_nonnull, malloc));
void *arena_array(struct arena *a, size_t count, size_t size) __attribute__((returns_nonnull));
#define ARENA_NEW(a, type) ((type *)arena_alloc((a), sizeof(type)))
#define ARENA_ARRAY(a, type, n) ((type *)arena_array((a), (n), sizeof(type)))

char *arena_dup(struct arena *a, const char *s) __attribute__((returns_nonnull));
char *arena_dupn(struct arena *a, const char *s, size_t n) __attribute__((returns_nonnull));
char *arena_fmt(struct arena *a, const char *fmt, ...) PRINTF_(2, 3) __attribute__((returns_nonnull));
char *arena_vfmt(struct arena *a, const char *fmt, va_list ap) PRINTF_(2, 0);

/* fn(p) runs at the next reset, last registered first. */
void arena_defer(struct arena *a, void (*fn)(void *), void *p);
size_t arena_used(const struct arena *a);

#endif
