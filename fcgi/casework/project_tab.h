/*
 * casework/project_tab.h - the tabs of a project's page: which there are, what each shows, where each is
 *
 * A tab is an address, ?tab=<id>, and a set of parts; project_view.c builds those parts and no others. What one regulation
 * calls its changes and reports is read off its procedures (regulation_act_sort). fcgi/adr/0024
 */
#ifndef CASEWORK_PROJECT_TAB_H
#define CASEWORK_PROJECT_TAB_H

#include "casework/casefile.h"

enum project_part {
    PART_STAGES = 1 << 0,       /* stages, plans? */
    PART_NEXT = 1 << 1,         /* next? beside where */
    PART_ACTS = 1 << 2,         /* acts of the post, */
    PART_ACTS_NOW = 1 << 3,     /* only those whose turn it is, and later_count */
    PART_ACTS_SORT = 1 << 4,    /* of these only the ones of the tab's sort */
    PART_DUTIES = 1 << 5,       /* duties, */
    PART_DUTIES_OPEN = 1 << 6,  /* only what is owed now, done_duties and later_duties */
    PART_DUTIES_EACH = 1 << 7,  /* only what is owed each year or quarter */
    PART_COSIGN = 1 << 8,
    PART_RUNS = 1 << 9,         /* runs: what is under way of procedures done more than once */
    PART_CORRECTION = 1 << 10,
    PART_FACTS = 1 << 11,       /* project.facts */
    PART_FILES = 1 << 12,       /* documents, forms */
    PART_FILES_NEW = 1 << 13,   /* newest_documents */
    PART_PAPERS = 1 << 14,      /* decisions, */
    PART_PAPERS_NEW = 1 << 15,  /* only the newest, the newest first, and decision_count */
    PART_TIMELINE = 1 << 16,    /* timeline, */
    PART_TIMELINE_NEW = 1 << 17, /* only the newest, and timeline_count */
    PART_TIMELINE_PAGE = 1 << 24, /* a page of it, from look.from on: also timeline_count, timeline_paged, _shown, _before?, _next? */
    PART_TIMELINE_SORT = 1 << 18, /* only the entries of the tab's sort */
    PART_MONEY = 1 << 19,
    PART_MONEY_SHORT = 1 << 20,
    PART_CONTRACTS = 1 << 21,
    PART_METERS = 1 << 22,
    PART_FILINGS = 1 << 23,
    PART_TIMELINE_LONG = 1 << 26, /* all of it where look.from says so, else only the newest, and timeline_count */
    PART_FILINGS_LEFT = 1 << 25, /* only those that are under way */
    PART_WHOLE = PART_STAGES | PART_NEXT | PART_ACTS | PART_DUTIES | PART_COSIGN | PART_CORRECTION | PART_FACTS | PART_FILES | PART_PAPERS |
                 PART_TIMELINE | PART_MONEY | PART_CONTRACTS | PART_METERS | PART_FILINGS,
};

struct project_look {
    const struct desk *d;
    const struct casefile *c;
    const struct node *verdict;
    int64_t from; /* the entry a page of the timeline begins with, 0 the newest; -1: all of them */
};
struct project_tab {
    const char *id, *label; /* NULL: the page as one, without tabs */
    unsigned parts;
    int sort; /* of regulation_act_sort, for the parts of a sort; 0 */
    /* How much of it there is: 0 nothing (it is not offered), -1 something that is not counted; NULL: it is always there. */
    int64_t (*fill)(const struct project_look *x);
};

/* The tab of that id; NULL with ERR_NOT_FOUND: there is none. */
const struct project_tab *project_tab(const char *id, struct err *e) MUST_USE_;
/*
 * {tab: {id, label, href, at: {<id>: true}, is_empty?: nothing of this project is there}, tabs: [{id, label, count?, href, is_current}]} into the page: those that have something for
 * this project, the one that is shown in any case, and at the end the regulation, and the audit trail for who may read it.
 */
void project_tabs_put(const struct project_look *x, const struct project_tab *shown, struct node *page);

/* 1 when something happened that leaves one of these (LEAVES_…), or records a row of that kind. */
int project_has_left(const struct casefile *c, int what);
int project_has_recorded(const struct casefile *c, const char *records);
/* Entries of the timeline the chosen post sees. */
int64_t project_entries(const struct desk *d, const struct casefile *c);
/* project_time.c: where the form of that event is printed; timeline into the page, as much of it as the tab shows. */
const char *project_form_href(const struct desk *d, const struct casefile *c, const struct event *ev);
void project_timeline_put(const struct project_look *x, const struct project_tab *t, struct node *page);
/* 1 when that request stands in the timeline of the chosen post. */
int project_entry_seen(const struct desk *d, const struct handing *h);
/* Files that are listed: all but those taken back. */
int64_t project_files(const struct casefile *c);
/* A duty owed for a year or a quarter. */
int project_duty_each(const struct node *duty);

#endif
