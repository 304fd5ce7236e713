/*
 * tests/bench/bare.h - what a C worker costs that asks the database and does nothing else: the anchors between
 * "hello" and the application
 */
#ifndef TESTS_BENCH_BARE_H
#define TESTS_BENCH_BARE_H

#include <fcgiapp.h>

/* Where the tables of bare.sql lie; the connection is made at a process's first request. */
void bare_place(const char *socket, const char *user, const char *schema);

/* 1 answered: path is /bare/read/N, /bare/session/N, /bare/list/N or /bare/write/N. A failure ends the process. */
int bare_answer(FCGX_Request *request, const char *path);

#endif
