/*
 * web/call.h - one request, one straight way
 *
 * call_run is the whole story; a handler is one step of it: it reads fields, makes one call into the layers
 * below and fills the model. It logs nothing, opens no transaction, touches no header, frees nothing.
 *
 * What a handler may set:
 *   c->model      the page's data, and the whole of its JSON twin; starts as an empty object
 *   c->template   another page than the route's; c->layout another frame than "layout" (NULL: none)
 *   c->title      another title than the route's
 *   c->location   where a browser goes next (303; made with call_href); JSON gets the model with "href"
 *   c->status     200 unless something else is meant (201 for what was made)
 *   c->again      called when the handler refused a form of a person: fills the model anew, with what was typed
 *   c->errors     field errors collected; with ERR_BAD_INPUT or ERR_RULE they reach the page and the JSON problem
 *   c->faults     errors with more to each than an err holds (row and column); they take the place of c->errors
 *   c->made       a file made for this answer, handed out instead of a page
 *   c->text       JSON made elsewhere, handed out byte for byte (a signed receipt)
 *   c->file       a document to hand out instead of a page
 *   c->cookie     the session's new token ("" ends it)
 */
#ifndef WEB_CALL_H
#define WEB_CALL_H

#include "base/arena.h"
#include "base/node.h"
#include "casework/casework.h"
#include "web/http.h"
#include "web/multipart.h"
#include "web/mustache.h"
#include "web/resume.h"
#include "web/router.h"

/* A row of the table the master looks at when a worker dies; see web/master.h. */
struct work_note {
    char request_id[72], method[8], route[96];
    int has_client;            /* somebody is being served: a death now is not one of starting up */
};

struct reload_note { /* written by the master and its trial, read by the workers: the last reload, if it was refused */
    int is_refused;  /* set last, cleared first */
    instant at;
    struct err why;  /* file:line:column in its message */
};

struct web { /* what a worker keeps over all its requests */
    struct platform *platform;
    const struct mustache_set *templates;
    struct arena *arena;
    struct http_answer answer;
    struct work_note *note;    /* shared with the master; never NULL */
    const struct reload_note *reload; /* the same */
};

struct upload {                /* BODY_FILE: where the bytes are */
    const char *path;          /* of the body file */
    int64_t size;
    int is_multipart;
    struct multipart multipart; /* else the whole body is the one file */
};

struct made {                  /* a file that stands nowhere but in the answer */
    const char *type, *name;
    const char *bytes; size_t len;
};

struct call {
    struct web *web;
    struct arena *arena;
    struct http http;
    const struct route *route; /* NULL until matched */
    struct route_args args;
    struct platform *platform;
    struct district *district; /* NULL on addresses without a district */
    struct actor person;
    const struct actor *actor; /* &person, or NULL: nobody */
    struct desk desk;          /* for every casework call */
    struct node *query;        /* the query string, an object of texts */
    struct node *form;         /* form or JSON object; an empty object when none; without csrf and key */
    const char *raw; size_t raw_len; /* BODY_RAW: the bytes as they came */
    struct upload upload;
    int has_body;              /* the body was read, or at least begun */
    int is_handled;            /* the handler was called */
    struct kept *kept;         /* typed before the session ended, on its way; NULL mostly; see resume.h */

    struct node *model;
    const char *template, *layout, *title, *location;
    int status;
    int (*again)(struct call *c, struct err *e);
    struct err_list errors;
    const struct node *faults; /* as call_errors gives them, with more members; NULL mostly */
    struct node *stale;        /* of a 409: what changed since the form was opened, see casework/stale.h; NULL mostly */
    const struct document_file *file;
    const struct made *made;
    const char *text;
    const char *cookie;

    const char *base;          /* "/<district>", or "" on the district's own host name: before every address */
    const char *allow;         /* of a 405 */
    const char *set_large;     /* "1" or "0" when ?large= was given */
    int64_t started_ms;
};

struct http_wire;
/* Answers one request into w->answer, which the caller sends. Never fails: what goes wrong becomes the answer. */
void call_run(struct web *w, const struct http_wire *wire);

/* Text of a query parameter, "" when absent or given twice. */
const char *call_query(const struct call *c, const char *name);
/* An address of this district: base before what is written. */
char *call_href(const struct call *c, const char *fmt, ...) PRINTF_(2, 3);
/* The first page of the chosen post, or /posts, or /login. */
const char *call_first_page(const struct call *c);
/* [{path, field, message, mend, articles}] of what was collected. */
struct node *call_errors(struct arena *a, const struct err_list *errors);

/* ---- the steps call_run is made of, in files of their own ---- */
/* intake.c: who asks, what it may, what it brought */
int call_person(struct call *c, struct err *e) MUST_USE_;
int call_permit(struct call *c, struct err *e) MUST_USE_;
int call_body(struct call *c, const struct http_wire *wire, struct err *e) MUST_USE_;
int call_genuine(struct call *c, struct err *e) MUST_USE_;
int call_origin(const struct call *c, struct err *e) MUST_USE_; /* a page of ours sent it, or ERR_CSRF */
/* answer.c: the model, the refusal or the file into w->answer; -1 when the page could not be made */
int call_answer(struct call *c, struct err *e) MUST_USE_;
void call_refuse(struct call *c, const struct err *said);
/* frame.c: what stands round every page */
struct node *call_frame(struct call *c);

#endif
