/*
 * base/file.c - whole files, durable moves, folders
 *
 * What is written is synced before it gets its name, and the folder after; a reader
 * sees the old file or the new one. Half-made files begin with '.', so file_list
 * never shows one.
 */
#include "config.h"

#include "base/file.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/text.h"

enum { FILE_PATH_BYTES = 4096, FILE_NAMES_BYTES = 16 * 1024 * 1024 };

static void fd_close(int *fd)
{
    if (*fd >= 0)
        close(*fd);
    *fd = -1;
}

static void dir_close(DIR **d)
{
    if (*d != NULL)
        closedir(*d);
}

static int fail_errno(struct err *e, const char *what, const char *path)
{
    int no = errno;

    if (no == ENOENT)
        err_fail(e, ERR_NOT_FOUND, "%s没有成功：%s 不存在", what, path);
    else if (no == ENOSPC || no == EDQUOT)
        err_fail(e, ERR_DISK, "%s没有成功：%s 所在的磁盘已满", what, path);
    else if (no == EACCES || no == EPERM)
        err_fail(e, ERR_INTERNAL, "%s没有成功：没有权限使用 %s", what, path);
    else
        err_fail(e, ERR_INTERNAL, "%s没有成功：%s", what, path);
    return err_detail(e, "errno %d %s", no, strerrorname_np(no));
}

static int fail_large(struct err *e, const char *path, size_t max_bytes)
{
    char most[TEXT_SIZE_ROOM];

    return err_fail(e, ERR_TOO_LARGE, "文件过大：%s 超过 %s", path, text_size(most, (int64_t)max_bytes));
}

/* Reads on until want bytes are there or the file ends; the number read, or -1. */
static ssize_t read_full(int fd, char *p, size_t want)
{
    size_t have = 0;

    while (have < want) {
        ssize_t n = read(fd, p + have, want - have);

        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return -1;
        if (n == 0)
            break;
        have += (size_t)n;
    }
    return (ssize_t)have;
}

int file_read(struct arena *a, const char *path, size_t max_bytes, char **ret, size_t *ret_len, struct err *e)
{
    int fd CLEANUP_(fd_close) = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    struct stat st;

    if (fd < 0 || fstat(fd, &st) < 0)
        return fail_errno(e, "读取文件", path);
    if (!S_ISREG(st.st_mode))
        return err_fail(e, ERR_INTERNAL, "读取文件没有成功：%s 不是普通文件", path);
    if ((uint64_t)st.st_size > max_bytes)
        return fail_large(e, path, max_bytes);

    size_t size = (size_t)st.st_size;
    char *p = arena_alloc(a, size + 1);
    ssize_t n = read_full(fd, p, size + 1);

    if (n < 0)
        return fail_errno(e, "读取文件", path);
    if ((size_t)n > size) /* it grew while we read */
        return err_fail(e, ERR_INTERNAL, "读取文件没有成功：%s 正在被改写", path);
    p[n] = '\0';
    *ret = p;
    *ret_len = (size_t)n;
    return 0;
}

int file_write_all(int fd, const void *bytes, size_t n)
{
    const char *p = bytes;

    while (n > 0) {
        ssize_t done = write(fd, p, n);

        if (done < 0 && errno == EINTR)
            continue;
        if (done < 0)
            return -1;
        p += done;
        n -= (size_t)done;
    }
    return 0;
}

/* The folder part of path, "." when there is none; -1 when too long. */
static int folder_of(const char *path, char *ret, size_t size)
{
    const char *slash = strrchr(path, '/');
    size_t n = slash == NULL ? 1 : slash == path ? 1 : (size_t)(slash - path);

    if (n >= size) {
        errno = ENAMETOOLONG;
        return -1;
    }
    memcpy(ret, slash == NULL ? "." : path, n);
    ret[n] = '\0';
    return 0;
}

/* Fills the open temporary file and gives it its name. */
static int write_and_rename(int fd, const char *temporary, const char *path, const void *p, size_t n, unsigned mode)
{
    if (fchmod(fd, (mode_t)mode) < 0 || file_write_all(fd, p, n) < 0 || fsync(fd) < 0 || rename(temporary, path) < 0)
        return -1;
    return 0;
}

int file_write(const char *path, const void *p, size_t n, unsigned mode, struct err *e)
{
    char folder[FILE_PATH_BYTES], temporary[FILE_PATH_BYTES + 32];
    const char *slash = strrchr(path, '/'), *name = slash != NULL ? slash + 1 : path;

    if (folder_of(path, folder, sizeof folder) < 0)
        return fail_errno(e, "写入文件", path);

    int len = snprintf(temporary, sizeof temporary, "%s/.%.32s.XXXXXX", folder, name);

    if (len < 0 || (size_t)len >= sizeof temporary) {
        errno = ENAMETOOLONG;
        return fail_errno(e, "写入文件", path);
    }

    int fd CLEANUP_(fd_close) = mkostemp(temporary, O_CLOEXEC);

    if (fd < 0)
        return fail_errno(e, "写入文件", path);
    if (write_and_rename(fd, temporary, path, p, n, mode) < 0) {
        fail_errno(e, "写入文件", path);
        unlink(temporary);
        return -1;
    }
    return file_sync_dir(folder, e);
}

int file_exists(const char *path)
{
    struct stat st;

    return stat(path, &st) == 0;
}

/* A new folder is there after a power cut only when the one above it was synced. */
static int make_durable(const char *path, unsigned mode, struct err *e)
{
    char above[FILE_PATH_BYTES];

    if (mkdir(path, (mode_t)mode) < 0)
        return errno == EEXIST ? 0 : fail_errno(e, "建立文件夹", path);
    if (folder_of(path, above, sizeof above) < 0)
        return fail_errno(e, "建立文件夹", path);
    return file_sync_dir(above, e);
}

int file_mkdirs(const char *path, unsigned mode, struct err *e)
{
    char part[FILE_PATH_BYTES];
    struct stat st;

    if (text_copy(part, sizeof part, path) < 0 || part[0] == '\0') {
        errno = ENAMETOOLONG;
        return fail_errno(e, "建立文件夹", path);
    }
    for (char *p = part + 1;; p++) {
        char was = *p;

        if (was != '/' && was != '\0')
            continue;
        *p = '\0';
        if (make_durable(part, mode, e) < 0)
            return -1;
        if (was == '\0')
            break;
        *p = was;
    }
    if (stat(path, &st) < 0 || !S_ISDIR(st.st_mode)) {
        errno = ENOTDIR;
        return fail_errno(e, "建立文件夹", path);
    }
    return 0;
}

static int by_bytes(const void *x, const void *y)
{
    return strcmp(*(char *const *)x, *(char *const *)y);
}

int file_list(struct arena *a, const char *path, char ***ret, size_t *ret_count, struct err *e)
{
    DIR *dir CLEANUP_(dir_close) = opendir(path);
    struct buf names CLEANUP_(buf_free) = {0};
    struct dirent *entry;

    buf_init(&names, FILE_NAMES_BYTES);
    if (dir == NULL)
        return fail_errno(e, "读取文件夹", path);
    while (errno = 0, (entry = readdir(dir)) != NULL) {
        if (entry->d_name[0] == '.')
            continue;

        char *name = arena_dup(a, entry->d_name);

        buf_add(&names, &name, sizeof name);
    }
    if (errno != 0)
        return fail_errno(e, "读取文件夹", path);
    if (!buf_ok(&names))
        return err_fail(e, ERR_TOO_LARGE, "文件夹里的文件过多：%s", path);

    size_t count = names.len / sizeof(char *);
    char **list = ARENA_ARRAY(a, char *, count);

    if (count > 0) {
        memcpy(list, names.data, names.len);
        qsort(list, count, sizeof *list, by_bytes);
    }
    *ret = list;
    *ret_count = count;
    return 0;
}

int file_sync_dir(const char *path, struct err *e)
{
    int fd CLEANUP_(fd_close) = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

    if (fd < 0 || fsync(fd) < 0)
        return fail_errno(e, "写入文件夹", path);
    return 0;
}

int64_t file_free_bytes(const char *path)
{
    struct statvfs st;
    uint64_t bytes;

    if (statvfs(path, &st) < 0 || __builtin_mul_overflow((uint64_t)st.f_bavail, (uint64_t)st.f_frsize, &bytes) ||
        bytes > INT64_MAX)
        return -1;
    return (int64_t)bytes;
}

const char *file_name_last(const char *given)
{
    const char *name = given, *cut;

    if ((cut = strrchr(name, '/')) != NULL)
        name = cut + 1;
    if ((cut = strrchr(name, '\\')) != NULL)
        name = cut + 1;
    return name;
}

int file_name_check(const char *name, struct err *e)
{
    if (*name != '\0' && text_is_utf8(name, strlen(name)) && text_is_clean(name, 0) &&
        text_chars(name) <= FILE_NAME_CHARS_MAX)
        return 0;
    err_fail(e, ERR_BAD_INPUT, "文件名为空、过长或含有控制字符");
    return err_mend(e, "请改名后再上传，文件名不超过 %d 个字", FILE_NAME_CHARS_MAX);
}

char *file_beside(struct arena *a, const char *file, const char *path)
{
    static const char mark[] = "$CREDENTIALS_DIRECTORY";
    const char *slash = strrchr(file, '/'), *credentials = getenv(mark + 1);

    if (text_starts(path, mark) && credentials != NULL &&
        (path[sizeof mark - 1] == '/' || path[sizeof mark - 1] == '\0'))
        return arena_fmt(a, "%s%s", credentials, path + sizeof mark - 1);
    if (path[0] == '/' || path[0] == '\0' || slash == NULL)
        return arena_dup(a, path);
    return arena_fmt(a, "%.*s/%s", (int)(slash - file), file, path);
}

int file_read_at(int fd, int64_t at, void *p, size_t n)
{
    char *to = p;

    while (n > 0) {
        ssize_t got = pread(fd, to, n, (off_t)at);

        if (got < 0 && errno == EINTR)
            continue;
        if (got <= 0)
            return -1;
        to += got;
        at += got;
        n -= (size_t)got;
    }
    return 0;
}
