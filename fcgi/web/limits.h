/*
 * web/limits.h - how much the web layer takes in, in one place
 */
#ifndef WEB_LIMITS_H
#define WEB_LIMITS_H

enum {
    HTTP_PATH_MAX = 1024,
    HTTP_QUERY_MAX = 8192,
    HTTP_HEADER_MAX = 8192,
    HTTP_BODY_MAX = 1 << 20,      /* forms, JSON and filings (as nginx: client_max_body_size); files come by a body file */
    FORM_FIELDS_MAX = 2000,
    JSON_VALUES_MAX = 5000,       /* of one document: a form's fields, each perhaps a short list */
    FORM_NAME_MAX = 128,
    MULTIPART_PARTS_MAX = 64,
    MULTIPART_HEAD_MAX = 8192,    /* all header lines of one part */
    MULTIPART_FIELD_MAX = 65536,  /* a field that is no file */
    COOKIE_VALUE_MAX = 512,
    ACCEPT_MAX = 1024,
    KEPT_BYTES_MAX = 256 << 10,   /* typed in a form that met no session; thrice that when sent again as a form, within HTTP_BODY_MAX */
    KEPT_FIELDS_MAX = 500,
    SHOWN_BYTES_MAX = 3000,       /* of one long field on the page 接着提交 */
    PAGE_MAX = 16 << 20,
    ARENA_MAX = 64 << 20,
};

#endif
