/*
 * tests/casework/test_file.c - files: refused, kept, shared, dropped, opened
 */
#include "config.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "harness.h"

static const char *stored_at(int64_t doc, struct document_file *ret)
{
    struct desk d = test_desk("xinzhou", "unit", "jyj");

    if (document_open(&d, doc, ret, &test_err) < 0)
        return NULL;
    return arena_fmt(test_arena, "%s/%s", test_platform->config.files_dir, ret->path);
}

static int take(const char *name, const char *bytes, int64_t offset, int64_t length, int64_t project, int64_t *ret)
{
    struct desk d = test_desk("xinzhou", "unit", "jyj");
    struct node *doc;

    if (document_take(&d, project, "technical_review", "request_letter", name, test_file("in", bytes, strlen(bytes)), offset, length, &doc, &test_err) < 0)
        return -1;
    return text_i64(node_get_str(doc, "id"), ret);
}

static void what_is_refused(void)
{
    int64_t id = test_draft("xinzhou", "jyj", test_facts("xinzhou", "文件", "33.00", NULL)), doc;
    int64_t before = test_number("xinzhou", "SELECT COUNT(*) FROM audit WHERE what = 'document.add' AND result = 'refused'");

    MUST(id > 0);
    MUST_ERR(take("函.pdf", "", 0, -1, id, &doc), ERR_MEDIA);
    MUST_ERR(take("函.pdf", "MZ program", 0, -1, id, &doc), ERR_MEDIA);
    MUST_ERR(take("函.html", "<html></html>", 0, -1, id, &doc), ERR_MEDIA);
    MUST(strstr(test_err.mend, "PDF") != NULL);
    MUST_ERR(take("函.docx", "%PDF-1.4 x", 0, -1, id, &doc), ERR_MEDIA);
    MUST_ERR(take("../../", "%PDF-1.4 x", 0, -1, id, &doc), ERR_BAD_INPUT);
    MUST_ERR(take("函\n.pdf", "%PDF-1.4 x", 0, -1, id, &doc), ERR_BAD_INPUT);
    MUST_ERR(take("函.pdf", "%PDF-1.4 x", 5, 100, id, &doc), ERR_BAD_FORM);
    MUST(test_number("xinzhou", "SELECT COUNT(*) FROM audit WHERE what = 'document.add' AND result = 'refused'") == before + 7);

    struct config *c = &test_platform->config;
    struct config kept = *c;

    c->upload_max_bytes = 8;
    int large = take("函.pdf", "%PDF-1.4 x", 0, -1, id, &doc);
    struct err said = test_err;

    *c = kept;
    c->disk_free_min_bytes = INT64_C(1) << 60;
    int disk = take("函.pdf", "%PDF-1.4 x", 0, -1, id, &doc);
    struct err said_disk = test_err;

    *c = kept;
    c->upload_quota_bytes = 15;
    int first = take("函.pdf", "%PDF-1.4 x", 0, -1, id, &doc), second = take("函.pdf", "%PDF-1.4 y", 0, -1, id, &doc);
    struct err said_quota = test_err;

    *c = kept;
    c->upload_scanner = "/nowhere/clamd"; /* set, but silent: what nobody looked at is not taken in */
    int unseen = take("函.pdf", "%PDF-1.4 z", 0, -1, id, &doc);
    struct err said_unseen = test_err;

    *c = kept;
    MUST(unseen == -1 && said_unseen.code == ERR_BUSY);
    MUST(large == -1 && said.code == ERR_TOO_LARGE);
    MUST(disk == -1 && said_disk.code == ERR_DISK);
    MUST(first == 0 && second == -1 && said_quota.code == ERR_TOO_LARGE);
    MUST(test_number("xinzhou", arena_fmt(test_arena, "SELECT COUNT(*) FROM document WHERE project = %" PRId64, id)) == 1);
}

/* Dropping gives no bytes back to the disk: it may not be used to fill it. */
static void what_is_dropped_counts(void)
{
    int64_t id = test_draft("xinzhou", "jyj", test_facts("xinzhou", "反复上传", "33.00", NULL)), doc;
    struct config *c = &test_platform->config;
    int64_t quota = c->upload_quota_bytes;
    int taken = 0;

    MUST(id > 0);
    c->upload_quota_bytes = 12;
    for (; taken < 20 && take("函.pdf", arena_fmt(test_arena, "%%PDF-1.4 %c", 'a' + taken), 0, -1, id, &doc) == 0; taken++) {
        struct desk d = test_desk("xinzhou", "unit", "jyj");

        if (document_drop(&d, doc, &test_err) < 0)
            break;
    }
    struct err said = test_err;

    c->upload_quota_bytes = quota;
    MUST(taken == 5 && said.code == ERR_TOO_LARGE && strstr(said.message, "删去") != NULL);
}

/* A worker that was killed in mid-copy leaves its half behind; the next upload clears old ones away. */
static void what_was_left(void)
{
    int64_t id = test_draft("xinzhou", "jyj", test_facts("xinzhou", "半截", "33.00", NULL)), doc;
    const char *folder = arena_fmt(test_arena, "%s/xinzhou", test_platform->config.files_dir);
    const char *old = arena_fmt(test_arena, "%s/.in-old", folder), *fresh = arena_fmt(test_arena, "%s/.in-fresh", folder);
    const struct timespec long_ago[2] = {{.tv_sec = 1000000000}, {.tv_sec = 1000000000}};

    MUST(id > 0 && take("函.pdf", "%PDF-1.4 1", 0, -1, id, &doc) == 0);
    MUST(file_write(old, "half", 4, 0640, &test_err) == 0 && file_write(fresh, "half", 4, 0640, &test_err) == 0);
    MUST(utimensat(AT_FDCWD, old, long_ago, 0) == 0);
    MUST(take("函.pdf", "%PDF-1.4 2", 0, -1, id, &doc) == 0);
    MUST(!file_exists(old) && file_exists(fresh));
    MUST(unlink(fresh) == 0);
}

static void what_is_kept(void)
{
    int64_t id = test_draft("xinzhou", "jyj", test_facts("xinzhou", "存放", "33.00", NULL)), a, b, c;
    struct document_file fa, fb, fc;
    struct stat st;
    char *bytes;
    size_t len;

    MUST(id > 0);
    MUST(take("C:\\文件\\申请函.pdf", "%PDF-1.4 same", 0, -1, id, &a) == 0);
    MUST(take("另一份.pdf", "%PDF-1.4 same", 0, -1, id, &b) == 0);
    MUST(take("一段.pdf", "--edge%PDF-1.4 piece--edge", 6, 14, id, &c) == 0);
    const char *at = stored_at(a, &fa);

    MUST(at != NULL && text_eq(fa.name, "申请函.pdf") && text_eq(fa.type, "application/pdf"));
    MUST(file_read(test_arena, at, 1000, &bytes, &len, &test_err) == 0);
    MUST(len == 13 && text_eq(crypto_sm3_hex(test_arena, bytes, len), fa.sm3));
    MUST(text_eq(fa.path, arena_fmt(test_arena, "xinzhou/%.2s/%s", fa.sm3, fa.sm3 + 2)));
    MUST(stat(at, &st) == 0 && (st.st_mode & 0777) == 0640 && st.st_nlink == 1);
    MUST(stored_at(b, &fb) != NULL && text_eq(fb.path, fa.path));
    at = stored_at(c, &fc);
    MUST(at != NULL && file_read(test_arena, at, 1000, &bytes, &len, &test_err) == 0);
    MUST(len == 14 && memcmp(bytes, "%PDF-1.4 piece", 14) == 0);
    MUST(test_number("xinzhou", arena_fmt(test_arena, "SELECT COUNT(*) FROM audit WHERE what = 'document.read' AND object = 'document/%" PRId64 "'", a)) == 1);
    char **names;
    size_t count;

    MUST(file_list(test_arena, arena_fmt(test_arena, "%s/xinzhou", test_platform->config.files_dir), &names, &count, &test_err) == 0);
    for (size_t i = 0; i < count; i++)
        MUST(strlen(names[i]) == 2); /* nothing half taken lies about */
}

static void what_is_dropped(void)
{
    int64_t id = test_draft("xinzhou", "jyj", test_facts("xinzhou", "删去", "33.00", NULL)), doc, sent;
    struct desk d = test_desk("xinzhou", "unit", "jyj");

    MUST(id > 0);
    MUST(take("错.pdf", "%PDF-1.4 wrong", 0, -1, id, &doc) == 0);
    MUST(document_drop(&d, doc, &test_err) == 0);
    MUST(test_number("xinzhou", arena_fmt(test_arena, "SELECT COUNT(*) FROM document WHERE id = %" PRId64 " AND state = 'withdrawn'", doc)) == 1);
    MUST(take("对.pdf", "%PDF-1.4 right", 0, -1, id, &sent) == 0);
    MUST(test_act("xinzhou", "unit", "jyj", id, "technical_review.submit", NULL, NULL) == 0);
    MUST(test_number("xinzhou", arena_fmt(test_arena, "SELECT event_seq FROM document WHERE id = %" PRId64 " AND state = 'submitted'", sent)) == 1);
    d = test_desk("xinzhou", "unit", "jyj");
    MUST_ERR(document_drop(&d, sent, &test_err), ERR_RULE);
    MUST_ERR(take("迟.pdf", "%PDF-1.4 late", 0, -1, id, &doc), ERR_RULE);
    MUST(test_upload(&d, id, "technical_review", "no_such_material", "x") == 0 && test_err.code == ERR_BAD_INPUT);
}

const struct test TESTS_FILE[] = {
    { "what is refused: empty, programs, pages, other types, too large, no room", what_is_refused },
    { "what is kept lies by its SM3, once, durable, as it came", what_is_kept },
    { "what was dropped counts, if loosely", what_is_dropped_counts },
    { "halves of killed uploads are cleared away", what_was_left },
    { "a draft's file may be dropped, one that was sent may not", what_is_dropped },
    { NULL, NULL },
};
