/*
 * store/sql.c - the list of every statement, for the tests that prepare them all
 */
#include "config.h"

#include "store/sql.h"

#define X(schema, name) {&name, SQL_##schema},
const struct sql_listed sql_all[] = {SQL_TABLE(X)};
#undef X
const size_t sql_all_count = ARRAY_LEN(sql_all);
