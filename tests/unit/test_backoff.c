/*
 * tests/unit/test_backoff.c - every row of the table of answers, the pauses, the circuit
 */
#include "config.h"

#include "exchange/backoff.h"

#include "check.h"

static void classes_of_answers(void **state)
{
    static const struct {
        const char *row;
        enum link_fault fault;
        int status, receipt;
        enum answer want;
    } rows[] = {
        {"200 with a receipt", LINK_OK, 200, 1, ANSWER_RECEIPT},
        {"201 with a receipt", LINK_OK, 201, 1, ANSWER_RECEIPT},
        {"200 without", LINK_OK, 200, 0, ANSWER_UNKNOWN},
        {"204", LINK_OK, 204, 0, ANSWER_UNKNOWN},
        {"301", LINK_OK, 301, 0, ANSWER_DEAD},
        {"302", LINK_OK, 302, 0, ANSWER_DEAD},
        {"304", LINK_OK, 304, 0, ANSWER_DEAD},
        {"400", LINK_OK, 400, 0, ANSWER_DEAD},
        {"401", LINK_OK, 401, 0, ANSWER_HOLD},
        {"403", LINK_OK, 403, 0, ANSWER_HOLD},
        {"404", LINK_OK, 404, 0, ANSWER_DEAD},
        {"408", LINK_OK, 408, 0, ANSWER_RETRY},
        {"409", LINK_OK, 409, 0, ANSWER_FETCH},
        {"410", LINK_OK, 410, 0, ANSWER_DEAD},
        {"413", LINK_OK, 413, 0, ANSWER_DEAD},
        {"422", LINK_OK, 422, 0, ANSWER_DEAD},
        {"425", LINK_OK, 425, 0, ANSWER_RETRY},
        {"429", LINK_OK, 429, 0, ANSWER_RETRY},
        {"499", LINK_OK, 499, 0, ANSWER_DEAD},
        {"500", LINK_OK, 500, 0, ANSWER_RETRY},
        {"502", LINK_OK, 502, 0, ANSWER_RETRY},
        {"599", LINK_OK, 599, 0, ANSWER_RETRY},
        {"100", LINK_OK, 100, 0, ANSWER_RETRY},
        {"999", LINK_OK, 999, 0, ANSWER_RETRY},
        {"400 is dead even with a receipt in it", LINK_OK, 400, 1, ANSWER_DEAD},
        {"no connection", LINK_NOT_SENT, 0, 0, ANSWER_RETRY},
        {"cut", LINK_CUT, 0, 0, ANSWER_UNKNOWN},
        {"cut after 200", LINK_CUT, 200, 0, ANSWER_UNKNOWN},
        {"certificate", LINK_CERTIFICATE, 0, 0, ANSWER_HOLD},
        {"200, endless", LINK_TOO_LARGE, 200, 1, ANSWER_UNKNOWN},
        {"500, endless", LINK_TOO_LARGE, 500, 0, ANSWER_RETRY},
    };

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        CHECK_INT(answer_classify(rows[i].fault, rows[i].status, rows[i].receipt), rows[i].want, rows[i].row);
}

static void pauses(void **state)
{
    static const struct {
        const char *row;
        int failures;
        uint64_t chance;
        int64_t want_ms;
    } rows[] = {
        {"first, all of it", 0, 5000, 5000},
        {"first, none of it", 0, 0, 100},
        {"first, wrapped", 0, 5001, 100},
        {"second", 1, 10000, 10000},
        {"fourth", 3, 40000, 40000},
        {"the ceiling", 10, 3600000, 3600000},
        {"never over the ceiling", 60, 3600001, 100},
        {"a thousand failures do not overflow", 1000, 3599999, 3599999},
    };

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        CHECK_INT(backoff_ms(rows[i].failures, 5, 3600, rows[i].chance), rows[i].want_ms, rows[i].row);
}

static void retry_after(void **state)
{
    CHECK_INT(backoff_after_ms(700, 0), 700, "not said");
    CHECK_INT(backoff_after_ms(700, -5), 700, "nonsense");
    CHECK_INT(backoff_after_ms(700, 30), 30000, "later than ours");
    CHECK_INT(backoff_after_ms(40000, 30), 40000, "earlier than ours");
    CHECK_INT(backoff_after_ms(700, 999999999), 86400000, "a day at most");
}

static void giving_up(void **state)
{
    CHECK_INT(backoff_is_over(19, 100, 259200), 0, "nineteen");
    CHECK_INT(backoff_is_over(20, 100, 259200), 1, "twenty");
    CHECK_INT(backoff_is_over(1, 259199, 259200), 0, "within three days");
    CHECK_INT(backoff_is_over(1, 259200, 259200), 1, "three days");
}

static void a_circuit_closes_and_probes(void **state)
{
    struct circuit c = {0};

    for (int i = 0; i < CIRCUIT_FAILURES - 1; i++)
        circuit_failure(&c, 1000, 5, 3600, 0);
    CHECK_INT(circuit_allows(&c, 1000), 1, "two failures are not enough");
    circuit_failure(&c, 1000, 5, 3600, 0);
    CHECK_INT(circuit_allows(&c, 1000), 0, "three close it");
    CHECK_INT(circuit_allows(&c, 3599), 0, "at least half the shortest pause");
    CHECK_INT(circuit_allows(&c, 3600), 1, "then one probe");
    circuit_failure(&c, 3600, 5, 3600, 9999);
    CHECK_INT(circuit_allows(&c, 3600 + 2500 + 9998), 0, "the probe failed: longer");
    circuit_success(&c);
    CHECK_INT(circuit_allows(&c, 0), 1, "open again");
    CHECK_INT(c.failures, 0, "and forgotten");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(classes_of_answers),
        cmocka_unit_test(pauses),
        cmocka_unit_test(retry_after),
        cmocka_unit_test(giving_up),
        cmocka_unit_test(a_circuit_closes_and_probes),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
