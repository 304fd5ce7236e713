/*
 * casework/bill_place.c - a published version's folder: written whole beside, synced, then named
 *
 * <files>/<tenant>/regulations/<version>: the files and publication.json. Its being there is what makes a version load,
 * so it comes last when publishing and goes first when withdrawing; both can be done again.
 */
#include "config.h"

#include "casework/bill_part.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/buf.h"
#include "base/crypto.h"
#include "base/file.h"
#include "base/jsonout.h"
#include "base/text.h"

enum { PUBLICATION_BYTES = 4096 };

static const char *root_of(const struct desk *d)
{
    return platform_published_dir(d->arena, d->platform, d->district->tenant->id);
}

static const char *place_of(const struct desk *d, const struct bill *b)
{
    return arena_fmt(d->arena, "%s/%s", root_of(d), b->regulation);
}

int bill_is_placed(const struct desk *d, const struct bill *b)
{
    return file_exists(place_of(d, b));
}

/* What the loader holds the folder against, and who stands for it. */
static int publication_write(const struct desk *d, const struct bill *b, const char *digest, const char *dir,
                             struct err *e)
{
    struct arena *a = d->arena;
    struct node *o = node_object(a);
    struct buf text CLEANUP_(buf_free) = {0};

    node_put_text(a, o, "regulation", b->regulation);
    node_put_text(a, o, "tenant", d->district->tenant->id);
    node_put_text(a, o, "comes_on", date_text(a, b->comes_on));
    node_put_text(a, o, "digest", digest);
    view_put_id(a, o, "bill", b->id);
    node_put_text(a, o, "proposed_by", b->proposed_name);
    node_put_text(a, o, "confirmed_by", b->confirmed_name);
    view_put_instant(a, o, "confirmed_at", b->confirmed_at);
    buf_init(&text, PUBLICATION_BYTES);
    jsonout_pretty(&text, o);
    return file_write(arena_fmt(a, "%s/publication.json", dir), buf_str(&text), text.len, 0640, e);
}

static int files_write(const struct desk *d, const struct bill *b, const char *dir, struct err *e)
{
    struct bill_files files;

    bill_files_read(d, b, &files);
    if (file_mkdirs(arena_fmt(d->arena, "%s/cases", dir), 0750, e) < 0)
        return -1;
    for (size_t i = 0; i < files.count; i++) {
        char *bytes;
        size_t len;

        if (bill_file_text(d, files.rows[i].sm3, &bytes, &len, e) < 0)
            return -1;
        if (!text_eq(crypto_sm3_hex(d->arena, bytes, len), files.rows[i].sm3)) {
            err_fail(e, ERR_INTERNAL, "草稿的文件 %s 与记录的 SM3 不符，没有发布", files.rows[i].name);
            return err_mend(e, "请平台管理员从备份恢复这个文件，再确认发布");
        }
        if (file_write(arena_fmt(d->arena, "%s/%s", dir, files.rows[i].name), bytes, len, 0640, e) < 0)
            return -1;
    }
    return 0;
}

static int rename_durably(const char *from, const char *to, const char *folder, struct err *e)
{
    if (rename(from, to) == 0)
        return file_sync_dir(folder, e);
    err_fail(e, ERR_INTERNAL, "发布的文件夹没有放好");
    err_mend(e, "决定已经记录，请再按一次；仍不成功请找平台管理员");
    return err_detail(e, "rename %s: %s", from, strerror(errno));
}

int bill_place(const struct desk *d, const struct bill *b, struct err *e)
{
    const char *root = root_of(d), *place = place_of(d, b);
    const char *beside = arena_fmt(d->arena, "%s/.in-%s", root, crypto_token(d->arena));
    struct bill_law law;

    if (file_exists(place))
        return 0;
    if (bill_examine(d, b, &law, e) < 0 || bill_is_sound(&law, e) < 0)
        return -1;
    if (files_write(d, b, beside, e) < 0 || publication_write(d, b, regulation_digest(law.r), beside, e) < 0)
        return -1;
    return rename_durably(beside, place, root, e);
}

int bill_unplace(const struct desk *d, const struct bill *b, struct err *e)
{
    const char *root = root_of(d), *place = place_of(d, b);

    if (!file_exists(place))
        return 0;
    return rename_durably(
        place, arena_fmt(d->arena, "%s/.withdrawn-%s-%s", root, b->regulation, crypto_token(d->arena)), root, e);
}
