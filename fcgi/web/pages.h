/*
 * web/pages.h - the handlers the route table names
 */
#ifndef WEB_PAGES_H
#define WEB_PAGES_H

#include "web/call.h"

/* sign.c - coming in, choosing a post, leaving */
int page_root(struct call *c, struct err *e);
int page_login(struct call *c, struct err *e);
int page_login_post(struct call *c, struct err *e);
int page_logout(struct call *c, struct err *e);
int page_posts(struct call *c, struct err *e);
int page_posts_choose(struct call *c, struct err *e);

/* health.c - for the machine room */
int page_healthz(struct call *c, struct err *e);
int page_readyz(struct call *c, struct err *e);

/* page_components.c */
int page_components(struct call *c, struct err *e);

/* page_home.c */
int page_home(struct call *c, struct err *e);
int page_project(struct call *c, struct err *e);
int page_project_status(struct call *c, struct err *e);
int page_why(struct call *c, struct err *e);
int page_replay(struct call *c, struct err *e);
int page_alike(struct call *c, struct err *e);
int page_brief(struct call *c, struct err *e);
int page_recount(struct call *c, struct err *e);

/* page_list.c */
int page_projects(struct call *c, struct err *e);
int page_lists(struct call *c, struct err *e);
int page_list(struct call *c, struct err *e);
int page_search(struct call *c, struct err *e);
int page_views(struct call *c, struct err *e);
int page_view_keep(struct call *c, struct err *e);
int page_view_drop(struct call *c, struct err *e);
int page_exports(struct call *c, struct err *e);
int page_export_ask(struct call *c, struct err *e);
int page_export(struct call *c, struct err *e);
int page_export_file(struct call *c, struct err *e);

/* page_stat.c */
int page_dashboard(struct call *c, struct err *e);
int page_help(struct call *c, struct err *e);

/* page_draft.c; typed NULL: as it is kept */
int page_draft_show(struct call *c, int64_t project, const struct node *typed, struct err *e) MUST_USE_;
int page_draft_new(struct call *c, struct err *e);
int page_draft_create(struct call *c, struct err *e);
int page_draft_edit(struct call *c, struct err *e);
int page_draft_save(struct call *c, struct err *e);

/* page_import.c */
int page_import(struct call *c, struct err *e);
int page_import_do(struct call *c, struct err *e);
int page_import_template(struct call *c, struct err *e);
int page_expert_lines(struct call *c, struct err *e);
int page_expert_import(struct call *c, struct err *e);
int page_expert_template(struct call *c, struct err *e);

/* page_act.c; is_typed: filled from the form that came */
int page_act_show(struct call *c, int64_t project, const char *act, int is_typed, struct err *e) MUST_USE_;
int page_act(struct call *c, struct err *e);
int page_act_post(struct call *c, struct err *e);
/* page_batch.c */
int page_batch(struct call *c, struct err *e);
int page_batch_do(struct call *c, struct err *e);

/* What the form carries, as act_do takes it. */
struct node *page_act_input(const struct call *c);

/* page_sheet.c */
int page_sheet(struct call *c, struct err *e);
int page_sheet_blank(struct call *c, struct err *e);
int page_sheet_typed(struct call *c, struct err *e);

/* page_document.c */
int page_document_add(struct call *c, struct err *e);
int page_document_drop(struct call *c, struct err *e);
int page_document(struct call *c, struct err *e);

/* page_expert.c */
int page_experts(struct call *c, struct err *e);
int page_expert(struct call *c, struct err *e);
int page_expert_add(struct call *c, struct err *e);
int page_expert_save(struct call *c, struct err *e);
int page_seats(struct call *c, struct err *e);
int page_seat(struct call *c, struct err *e);
int page_seat_leave(struct call *c, struct err *e);
int page_seat_sheet(struct call *c, struct err *e);

/* page_review.c */
int page_reviews(struct call *c, struct err *e);
int page_project_reviews(struct call *c, struct err *e);
int page_review(struct call *c, struct err *e);
int page_review_start(struct call *c, struct err *e);
int page_review_seal(struct call *c, struct err *e);
int page_review_open(struct call *c, struct err *e);
int page_review_void(struct call *c, struct err *e);
int page_review_meet(struct call *c, struct err *e);
int page_review_replace(struct call *c, struct err *e);
int page_review_close(struct call *c, struct err *e);
int page_review_proof(struct call *c, struct err *e);
int page_review_opinion(struct call *c, struct err *e);

/* page_filing.c */
int page_outbox(struct call *c, struct err *e);
int page_outbox_message(struct call *c, struct err *e);
int page_outbox_retry(struct call *c, struct err *e);
int page_inbox(struct call *c, struct err *e);
int page_inbox_item(struct call *c, struct err *e);
int page_inbox_decide(struct call *c, struct err *e);

/* page_law.c */
int page_regulation(struct call *c, struct err *e);
int page_forms(struct call *c, struct err *e);
int page_cases(struct call *c, struct err *e);
int page_case(struct call *c, struct err *e);
int page_decision(struct call *c, struct err *e);
int page_decision_revoke(struct call *c, struct err *e);
int page_audit(struct call *c, struct err *e);

/* page_plan.c */
int page_plans(struct call *c, struct err *e);
int page_plan_open(struct call *c, struct err *e);
int page_plan(struct call *c, struct err *e);
int page_plan_take(struct call *c, struct err *e);

/* page_people.c */
int page_calendar(struct call *c, struct err *e);
int page_notices(struct call *c, struct err *e);
int page_notice_post(struct call *c, struct err *e);
int page_notice_down(struct call *c, struct err *e);
int page_settings(struct call *c, struct err *e);
int page_settings_save(struct call *c, struct err *e);
int page_delegations(struct call *c, struct err *e);
int page_delegation_make(struct call *c, struct err *e);
int page_delegation_end(struct call *c, struct err *e);
int page_hand(struct call *c, struct err *e);
int page_hand_over(struct call *c, struct err *e);
int page_urge(struct call *c, struct err *e);
int page_cosign(struct call *c, struct err *e);
int page_cosign_ask(struct call *c, struct err *e);
int page_cosign_answer(struct call *c, struct err *e);
int page_cosign_urge(struct call *c, struct err *e);
int page_cosign_back(struct call *c, struct err *e);
int page_withdraw(struct call *c, struct err *e);

/* page_bill.c */
int page_bills(struct call *c, struct err *e);
int page_bill_create(struct call *c, struct err *e);
int page_bill(struct call *c, struct err *e);
int page_bill_files(struct call *c, struct err *e);
int page_bill_accept(struct call *c, struct err *e);
int page_bill_file(struct call *c, struct err *e);
int page_bill_file_post(struct call *c, struct err *e);
int page_bill_trial(struct call *c, struct err *e);
int page_bill_publish(struct call *c, struct err *e);
int page_bill_propose(struct call *c, struct err *e);
int page_bill_confirm(struct call *c, struct err *e);
int page_bill_withdraw(struct call *c, struct err *e);

/* page_guide.c, page_chart.c */
int page_guides(struct call *c, struct err *e);
int page_guide(struct call *c, struct err *e);
int page_workdays(struct call *c, struct err *e);
int page_chart(struct call *c, struct err *e);

/* page_exchange.c */
int page_filing_receive(struct call *c, struct err *e);
int page_filing_status(struct call *c, struct err *e);

#endif
