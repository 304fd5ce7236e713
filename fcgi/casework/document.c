/*
 * casework/document.c - files of a case: taken in, dropped while a draft, opened by those who may
 *
 * The bytes are durable before the row names them. A file belongs to a procedure and one of its
 * materials, or stands free; once an act has carried it, it stays.
 */
#include "config.h"

#include "casework/casework.h"

#include <string.h>

#include "base/crypto.h"
#include "base/file.h"
#include "base/text.h"
#include "casework/experts.h"
#include "casework/keep.h"
#include "casework/mend.h"
#include "casework/op.h"
#include "casework/part.h"
#include "casework/outcome.h"
#include "casework/view.h"

enum { DROPPED_FACTOR = 4 };

struct document_call {
    int64_t document;
    const char *procedure, *material, *name;
    struct kept kept;
    struct document row;
};

/* ---- names ---- */

static int name_read(const struct desk *d, const char *given, const char **ret, struct err *e)
{
    const char *name = text_trim(d->arena, file_name_last(given));

    if (file_name_check(name, e) < 0)
        return -1;
    *ret = name;
    return 0;
}

/* ---- may it lie here, now ---- */

/* 1 when this organ has an act of the procedure before it: then files may be laid beside it. */
static int procedure_waits_for(const struct node *verdict, const char *procedure, const char *organ)
{
    for (const struct node *act = node_first(node_get(verdict, "acts")); act != NULL; act = act->next) {
        if (text_eq(node_get_str(act, "procedure"), procedure) && part_act_is_of(act, organ))
            return 1;
    }
    return 0;
}

/* A draft may gather the materials of any procedure of its road. */
static int procedure_is_ahead(const struct node *verdict, const char *procedure)
{
    for (const struct node *s = node_first(node_get(verdict, "stages")); s != NULL; s = s->next) {
        if (text_eq(node_get_str(s, "procedure"), procedure) && !text_eq(node_get_str(s, "state"), "done"))
            return 1;
    }
    return 0;
}

static int document_place(const struct desk *d, const struct casefile *c, const char *procedure, const char *material,
                          struct err *e)
{
    const struct node *verdict = casefile_road(d, c);
    const struct case_event *correction = casefile_correction(c);

    if (verdict_classified(verdict)) {
        err_fail(e, ERR_RULE, "本项目不在平台办理，不能上传文件");
        return err_mend(e, "请在项目档案的「为什么」看依据哪一条，按该条在线下办理");
    }
    if (*material != '\0' && regulation_material_name(c->regulation, procedure, material, NULL) == NULL) {
        err_fail(e, ERR_BAD_INPUT, "所选的办理事项没有这项材料");
        return err_mend(e, "请从材料清单里选要上传的一项");
    }
    if (correction != NULL && desk_is_applicant(d) && text_eq(act_procedure(d->arena, correction->what), procedure) &&
        !correction_names(correction, material)) {
        err_fail(e, ERR_RULE, "补正要求没有列出这项材料，不能更换");
        return err_mend(e, "请只更换补正要求列出的材料");
    }
    if (c->p.submitted_on == DATE_NONE && desk_is_applicant(d) &&
        (*procedure == '\0' || procedure_is_ahead(verdict, procedure) ||
         procedure_waits_for(verdict, procedure, CASEFILE_UNIT)))
        return 0;
    if (procedure_waits_for(verdict, procedure, desk_organ(d)) || mend_opens(d, verdict, procedure, material))
        return 0;
    err_fail(e, ERR_RULE, "这一环节现在不由本岗位办理，不能上传文件");
    return err_mend(e, "材料已经送出的，需要更换请由受理机关退回补正");
}

/* What was dropped keeps its bytes in the store (others may share them): so it counts, if far more loosely. */
static int document_room(const struct desk *d, const struct casefile *c, int64_t size, struct err *e)
{
    int64_t limit = d->platform->config.upload_quota_bytes, used = 0, ever = 0;
    char has[TEXT_SIZE_ROOM], most[TEXT_SIZE_ROOM];

    for (size_t i = 0; i < c->document_count; i++) {
        ever += c->documents[i].size;
        used += text_eq(c->documents[i].state, "withdrawn") ? 0 : c->documents[i].size;
    }
    if (used + size > limit) {
        err_fail(e, ERR_TOO_LARGE, "加上这个文件，本项目的文件合计 %s，最多 %s", text_size(has, used + size),
                 text_size(most, limit));
        return err_mend(e, "请删去草稿中不需要的文件，或压缩后再上传");
    }
    if ((ever + size) / DROPPED_FACTOR > limit) {
        err_fail(e, ERR_TOO_LARGE, "本项目先后上传又删去的文件过多，合计超过 %s",
                 text_size(most, limit * DROPPED_FACTOR));
        return err_mend(e, "删去的文件仍要留存，不能再传；请联系平台管理员");
    }
    return 0;
}

/* ---- take ---- */

static int take_work(struct op *op, void *arg, struct err *e)
{
    struct document_call *c = arg;
    const struct desk *d = op->desk;

    if (document_place(d, &op->file, c->procedure, c->material, e) < 0 ||
        document_room(d, &op->file, c->kept.size, e) < 0)
        return -1;
    c->row = (struct document){.id = crypto_ident(d->machine_now / 1000),
                               .project = op->file.p.id,
                               .procedure = c->procedure,
                               .material = c->material,
                               .name = c->name,
                               .type = c->kept.type,
                               .size = c->kept.size,
                               .sm3 = c->kept.sm3,
                               .state = "draft",
                               .uploaded_at = d->now,
                               .person = d->actor != NULL ? d->actor->person : "",
                               .person_name = d->actor != NULL ? d->actor->name : ""};
    if (document_add(op->db, d->arena, &c->row, e) < 0)
        return -1;
    op->detail = node_object(d->arena);
    view_put_id(d->arena, op->detail, "document", c->row.id);
    node_put_text(d->arena, op->detail, "sm3", c->row.sm3);
    op->result = view_document(d, &c->row);
    return 0;
}

int document_take(const struct desk *d, int64_t project, const char *procedure, const char *material, const char *name,
                  const char *path, int64_t offset, int64_t length_or_minus1, struct node **ret, struct err *e)
{
    struct document_call c = {.procedure = procedure != NULL ? procedure : "",
                              .material = material != NULL ? material : ""};
    struct op op = {.desk = d, .may = MAY_DOCUMENT_ADD, .what = "document.add", .project = project};
    struct casefile file;
    struct node *asked = node_object(d->arena);

    /* asked once before the bytes are read, and again under the lock */
    if (casefile_read(d, MAY_DOCUMENT_ADD, project, &file, e) < 0 || name_read(d, name, &c.name, e) < 0 ||
        document_place(d, &file, c.procedure, c.material, e) < 0 ||
        content_keep(d, c.name, path, offset, length_or_minus1, &c.kept, e) < 0) {
        struct err note = {0};

        if (e->code != ERR_NOT_FOUND && e->code != ERR_FORBIDDEN && err_status(e->code) < 500 &&
            audit_note(d, op.what, arena_fmt(d->arena, "project/%lld", (long long)project), "refused",
                       err_slug(e->code), &note) < 0)
            err_detail(e, "audit: %.200s", note.message);
        return -1;
    }
    view_put_id(d->arena, asked, "project", project);
    node_put_text(d->arena, asked, "procedure", c.procedure);
    node_put_text(d->arena, asked, "material", c.material);
    node_put_text(d->arena, asked, "name", c.name);
    node_put_text(d->arena, asked, "sm3", c.kept.sm3);
    op.asked = asked;
    if (op_run(&op, take_work, &c, e) < 0)
        return -1;
    *ret = op.result;
    return 0;
}

/* ---- find, drop, open ---- */

/* An expert reads what his panel was given, of the projects he sits on. */
static int expert_finds(const struct desk *d, struct db *db, enum action may, const struct document *doc, struct err *e)
{
    struct err note = {0};
    int reads = seat_may_read(d, db, doc->project, doc->id, e);

    if (reads != 0)
        return reads < 0 ? -1 : 0;
    (void)err_fail(e, ERR_NOT_FOUND, "没有这个文件");
    (void)err_mend(e, "文件可能已经删去；请从项目档案的「文件」打开");
    if (audit_note(d, action_slug(may), arena_fmt(d->arena, "document/%lld", (long long)doc->id), "refused",
                   err_slug(e->code), &note) < 0)
        err_detail(e, "audit: %.200s", note.message);
    return -1;
}

/* The row and its project, to someone who may know of it; a foreign one is audited and not found. */
static int document_find(const struct desk *d, enum action may, int64_t id, struct document *ret, struct err *e)
{
    struct casefile file;
    struct db *db;

    if (d->actor != NULL && permit_check(d->actor, may, e) < 0)
        return -1;
    if (district_db(d->platform, d->district, &db, e) < 0)
        return -1;

    int found = document_get(db, d->arena, id, ret, e);

    if (found < 0)
        return -1;
    if (found == 0) {
        err_fail(e, ERR_NOT_FOUND, "没有这个文件");
        return err_mend(e, "文件可能已经删去；请从项目档案的「文件」打开");
    }
    if (d->actor != NULL && text_eq(d->actor->post->kind, "expert"))
        return expert_finds(d, db, may, ret, e);
    return casefile_read(d, may, ret->project, &file, e);
}

static int drop_work(struct op *op, void *arg, struct err *e)
{
    const struct document_call *c = arg;
    const struct desk *d = op->desk;
    const struct document *doc = NULL;

    for (size_t i = 0; i < op->file.document_count; i++) {
        if (op->file.documents[i].id == c->document)
            doc = &op->file.documents[i];
    }
    if (doc == NULL) {
        err_fail(e, ERR_NOT_FOUND, "没有这个文件");
        return err_mend(e, "文件可能已经删去；请从项目档案的「文件」打开");
    }
    if (!text_eq(doc->state, "draft")) {
        err_fail(e, ERR_RULE, "文件已随办理送出，不能删除");
        return err_mend(e, "需要更换的，请由受理机关退回补正");
    }
    if (!desk_is_applicant(d) && d->actor != NULL && !text_eq(doc->person, d->actor->person)) {
        err_fail(e, ERR_FORBIDDEN, "只有上传的人可以删除这个文件");
        return err_mend(e, "请由上传的同事删去；需要更换的，另行上传即可");
    }
    if (document_set_state(op->db, d->arena, doc->id, "draft", "withdrawn", 0, e) < 0)
        return -1;
    op->detail = node_object(d->arena);
    view_put_id(d->arena, op->detail, "document", doc->id);
    return 0;
}

int document_drop(const struct desk *d, int64_t document, struct err *e)
{
    struct document_call c = {.document = document};
    struct document doc;
    struct node *asked = node_object(d->arena);
    struct op op = {.desk = d, .may = MAY_DOCUMENT_ADD, .what = "document.drop", .asked = asked};

    if (document_find(d, MAY_DOCUMENT_ADD, document, &doc, e) < 0)
        return -1;
    op.project = doc.project;
    view_put_id(d->arena, asked, "document", document);
    return op_run(&op, drop_work, &c, e);
}

int document_open(const struct desk *d, int64_t document, struct document_file *ret, struct err *e)
{
    struct document doc;
    const char *path;

    if (document_find(d, MAY_DOCUMENT_READ, document, &doc, e) < 0)
        return -1;
    path = content_path(d->arena, d->district->tenant->id, doc.sm3);
    if (!file_exists(arena_fmt(d->arena, "%s/%s", d->platform->config.files_dir, path))) {
        err_fail(e, ERR_INTERNAL, "文件内容不在存放目录中");
        return err_detail(e, "%s", path);
    }
    /* who read a file is on record before it is read */
    if (audit_note(d, "document.read", arena_fmt(d->arena, "document/%lld", (long long)document), "ok", "", e) < 0)
        return -1;
    *ret = (struct document_file){.path = path, .name = doc.name, .type = doc.type, .size = doc.size, .sm3 = doc.sm3};
    return 0;
}
