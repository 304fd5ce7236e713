/*
 * base/file.h - whole files, durable moves, folders
 */
#ifndef BASE_FILE_H
#define BASE_FILE_H

#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/attr.h"
#include "base/err.h"

int file_read(struct arena *a, const char *path, size_t max_bytes, char **ret, size_t *ret_len, struct err *e) MUST_USE_;
/* Writes beside, syncs, renames, syncs the folder. */
int file_write(const char *path, const void *p, size_t n, unsigned mode, struct err *e) MUST_USE_;
int file_exists(const char *path);
/* With what is missing above it; what was made is there after a power cut. */
int file_mkdirs(const char *path, unsigned mode, struct err *e) MUST_USE_;
/* Names in a folder, sorted by bytes, without those that start with '.'. */
int file_list(struct arena *a, const char *path, char ***ret, size_t *ret_count, struct err *e) MUST_USE_;
int file_sync_dir(const char *path, struct err *e) MUST_USE_;
/* Free bytes of the file system that holds path; -1 when it cannot be told. */
int64_t file_free_bytes(const char *path);
/*
 * The path a file names: absolute, or from the folder of that file on, or from $CREDENTIALS_DIRECTORY on (written so,
 * at its head), where systemd puts what a service may know.
 */
char *file_beside(struct arena *a, const char *file, const char *path);
/* All of it into an open file, whatever interrupts; -1 with errno. */
int file_write_all(int fd, const void *bytes, size_t n) MUST_USE_;
/* All n bytes of an open file from there on; -1 when they are not there. */
int file_read_at(int fd, int64_t at, void *p, size_t n) MUST_USE_;

/* The last part of what a browser calls a file: some send the whole path. */
const char *file_name_last(const char *given);
enum { FILE_NAME_CHARS_MAX = 120 };
/* The one rule for the name of a file a person hands in: not empty, not too long, nothing that cannot be seen. */
int file_name_check(const char *name, struct err *e) MUST_USE_;

#endif
