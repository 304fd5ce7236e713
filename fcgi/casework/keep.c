/*
 * casework/keep.c - file content kept by its SM3, durable before anybody hears of it
 *
 * Written beside under a name of chance while it is hashed, synced, linked to its place, folder synced.
 * link() never overwrites, so two uploads of one content meet without harm, and a row that names a
 * digest never comes before its bytes. A body file that is nothing but the upload, and ours, is linked
 * as it lies: the disk gets its bytes once.
 */
#include "config.h"

#include "casework/keep.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/crypto.h"
#include "base/date.h"
#include "base/file.h"
#include "base/text.h"
#include "casework/content_type.h"
#include "casework/scan.h"

#define HALF_NAME ".in-"

enum { COPY_BYTES = 256 * 1024, HALF_KEPT_S = 86400, SCAN_S = 20 /* below the deadline of a request */ };

char *content_path(struct arena *a, const char *tenant, const char *sm3)
{
    return arena_fmt(a, "%s/%.2s/%s", tenant, sm3, sm3 + 2);
}

static void fd_close(int *fd)
{
    if (*fd >= 0)
        (void)close(*fd);
}

/* What the disk or the system said, as one of two errors people can act on. */
static int fail_errno(struct err *e, const char *what)
{
    int no = errno;

    if (no == ENOSPC || no == EDQUOT) {
        err_fail(e, ERR_DISK, "存放空间已满，文件没有保存");
        err_mend(e, "请联系平台管理员扩充空间后再上传");
    } else {
        err_fail(e, ERR_INTERNAL, "文件没有保存");
    }
    return err_detail(e, "%s: %s", what, strerror(no));
}

static int copy_hash(int from, int64_t offset, int64_t size, int to, unsigned char digest[CRYPTO_SM3_BYTES],
                     struct err *e)
{
    struct arena *a = arena_new("copy", (size_t)COPY_BYTES * 2);
    char *piece = arena_alloc(a, COPY_BYTES);
    struct crypto_hash *h = crypto_hash_new();
    int rc = 0;

    while (rc == 0 && size > 0) {
        size_t want = size < COPY_BYTES ? (size_t)size : COPY_BYTES;
        ssize_t got = pread(from, piece, want, (off_t)offset);

        if (got <= 0) {
            rc = fail_errno(e, "read upload");
            break;
        }
        crypto_hash_add(h, piece, (size_t)got);
        if (file_write_all(to, piece, (size_t)got) < 0)
            rc = fail_errno(e, "write upload");
        offset += got;
        size -= got;
    }
    crypto_hash_end(h, digest);
    arena_free(a);
    return rc;
}

/* The size of the piece asked for, within the limits. */
static int piece_size(const struct desk *d, int fd, int64_t offset, int64_t length, int64_t *ret, struct err *e)
{
    const struct config *c = &d->platform->config;
    int64_t limit = c->upload_max_bytes, size;
    struct stat st;

    if (fstat(fd, &st) < 0 || !S_ISREG(st.st_mode))
        return err_fail(e, ERR_INTERNAL, "上传的临时文件无法读取");
    size = length >= 0 ? length : (int64_t)st.st_size - offset;
    if (offset < 0 || size < 0 || offset + size > (int64_t)st.st_size) {
        err_fail(e, ERR_BAD_FORM, "上传的内容不完整");
        return err_mend(e, "可能是网络中断了，请再上传一次");
    }
    if (size == 0) {
        err_fail(e, ERR_MEDIA, "文件是空的");
        return err_mend(e, "请选择有内容的文件再上传");
    }
    if (size > limit) {
        char has[TEXT_SIZE_ROOM], most[TEXT_SIZE_ROOM];

        err_fail(e, ERR_TOO_LARGE, "文件有 %s，一个文件最多 %s", text_size(has, size), text_size(most, limit));
        return err_mend(e, "请压缩图片或拆成几个文件再上传");
    }

    int64_t left = file_free_bytes(c->files_dir);

    if (left >= 0 && left - size < c->disk_free_min_bytes) {
        err_fail(e, ERR_DISK, "平台存放空间不足，暂时不能接收文件");
        return err_mend(e, "其他办理不受影响；请联系平台管理员扩充空间后再上传");
    }
    *ret = size;
    return 0;
}

/* From the name of chance to its place; content that stands there already stays as it is. */
static int content_settle(const char *temporary, const char *folder, const char *place, struct err *e)
{
    if (file_mkdirs(folder, 0750, e) < 0)
        return -1;
    if (link(temporary, place) < 0 && errno != EEXIST)
        return fail_errno(e, "link content");
    return file_sync_dir(folder, e);
}

static void dir_close(DIR **dir)
{
    if (*dir != NULL)
        (void)closedir(*dir);
}

/* A process that was killed in mid-copy could not take its half away. What cannot be removed now will be later. */
static void halves_clear(const char *folder)
{
    DIR *dir CLEANUP_(dir_close) = opendir(folder);
    struct dirent *entry;
    struct stat st;

    while (dir != NULL && (entry = readdir(dir)) != NULL) {
        if (text_starts(entry->d_name, HALF_NAME) &&
            fstatat(dirfd(dir), entry->d_name, &st, AT_SYMLINK_NOFOLLOW) == 0 &&
            instant_now() / 1000000 - st.st_mtime > HALF_KEPT_S)
            (void)unlinkat(dirfd(dir), entry->d_name, 0);
    }
}

/* 1 when the upload is the whole of a body file that nobody but us could write to later. */
static int is_whole_and_ours(const struct desk *d, const char *path, int fd, int64_t offset, int64_t size)
{
    struct stat st;

    return text_starts(path, d->platform->config.upload_dir) && offset == 0 && fstat(fd, &st) == 0 &&
           (int64_t)st.st_size == size && st.st_uid == geteuid();
}

/* 1 linked under the name of chance, 0 it cannot be (another file system, no /proc): copy it, -1. The very file that is
 * open. */
static int content_link(int from, const char *temporary, struct kept *k, struct arena *a, struct err *e)
{
    unsigned char digest[CRYPTO_SM3_BYTES];
    int64_t size;

    if (linkat(AT_FDCWD, arena_fmt(a, "/proc/self/fd/%d", from), AT_FDCWD, temporary, AT_SYMLINK_FOLLOW) < 0)
        return 0;
    if (fchmod(from, 0440) < 0 || fsync(from) < 0)
        return fail_errno(e, "keep upload");
    if (crypto_sm3_fd(from, digest, &size, e) < 0)
        return -1;
    if (size != k->size) {
        err_fail(e, ERR_BAD_FORM, "上传的内容不完整");
        return err_mend(e, "可能是网络中断了，请再上传一次");
    }
    k->sm3 = crypto_hex(a, digest, sizeof digest);
    return 1;
}

static int content_copy_to(int from, int64_t offset, const char *temporary, struct kept *k, struct arena *a,
                           struct err *e)
{
    int to CLEANUP_(fd_close) = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0640);
    unsigned char digest[CRYPTO_SM3_BYTES];

    if (to < 0)
        return fail_errno(e, "create upload");
    if (copy_hash(from, offset, k->size, to, digest, e) < 0)
        return -1;
    if (fsync(to) < 0)
        return fail_errno(e, "sync upload");
    k->sm3 = crypto_hex(a, digest, sizeof digest);
    return 0;
}

static int content_take(const struct desk *d, const char *path, int from, int64_t offset, const char *folder,
                        struct kept *k, struct err *e)
{
    struct arena *a = d->arena;
    const char *tenant = d->district->tenant->id;
    const char *temporary = arena_fmt(a, "%s/" HALF_NAME "%s", folder, crypto_token(a));
    int rc = is_whole_and_ours(d, path, from, offset, k->size) ? content_link(from, temporary, k, a, e) : 0;

    if (rc == 0)
        rc = content_copy_to(from, offset, temporary, k, a, e);
    if (rc >= 0)
        rc = content_settle(temporary, arena_fmt(a, "%s/%.2s", folder, k->sm3),
                            arena_fmt(a, "%s/%s", d->platform->config.files_dir, content_path(a, tenant, k->sm3)), e);
    (void)unlink(temporary);
    return rc;
}

int content_keep(const struct desk *d, const char *name, const char *path, int64_t offset, int64_t length,
                 struct kept *ret, struct err *e)
{
    const char *folder = arena_fmt(d->arena, "%s/%s", d->platform->config.files_dir, d->district->tenant->id);
    int from CLEANUP_(fd_close) = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
    struct kept k = {0};

    if (from < 0)
        return fail_errno(e, "open upload");
    if (piece_size(d, from, offset, length, &k.size, e) < 0)
        return -1;
    if (content_type_of(from, offset, k.size, name, &k.type, e) < 0)
        return -1;
    const char *scanner = d->platform->config.upload_scanner;
    if (!text_is_empty(scanner) && scan_file(scanner, SCAN_S, from, offset, k.size, e) < 0)
        return -1;
    if (file_mkdirs(folder, 0750, e) < 0)
        return -1;
    halves_clear(folder);
    if (content_take(d, path, from, offset, folder, &k, e) < 0)
        return -1;
    *ret = k;
    return 0;
}

int content_keep_bytes(const struct desk *d, const void *p, size_t n, struct kept *ret, struct err *e)
{
    const struct config *c = &d->platform->config;
    const char *sm3 = crypto_sm3_hex(d->arena, p, n), *tenant = d->district->tenant->id;
    const char *place = arena_fmt(d->arena, "%s/%s", c->files_dir, content_path(d->arena, tenant, sm3));
    const char *folder = arena_fmt(d->arena, "%s/%s/%.2s", c->files_dir, tenant, sm3);
    int64_t left = file_free_bytes(c->files_dir);

    *ret = (struct kept){.size = (int64_t)n, .sm3 = sm3, .type = "application/json"};
    if (file_exists(place))
        return 0;
    if (left >= 0 && left - (int64_t)n < c->disk_free_min_bytes) {
        err_fail(e, ERR_DISK, "平台存放空间不足，暂时不能保存文件");
        return err_mend(e, "请联系平台管理员扩充空间后再保存");
    }
    if (file_mkdirs(folder, 0750, e) < 0)
        return -1;
    return file_write(place, p, n, 0640, e);
}
