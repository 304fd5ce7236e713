#!/usr/bin/env bash
# check.sh - everything that must pass before a change lands: ./quickstart.sh check
#
# Installs what the tests need, then: build with warnings as errors, unit and scenario tests, lint,
# sanitizers, fuzzing, the end-to-end suite with real servers and a browser, distcheck. Each stage's
# own last line "N passed, N failed" is added up; the sum is the last line printed.
set -uo pipefail
TOP=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
export DEBIAN_FRONTEND=noninteractive LC_ALL=C.UTF-8
# shellcheck source=tests/quickstart/packages.sh
. "$TOP/tests/quickstart/packages.sh"

LOGS=$TOP/build-check/logs
PASSED=0
FAILED=0

# stage NAME COMMAND...: runs it, adds up its "N passed, N failed" lines, or one for the whole when it prints none
stage() {
    local name=$1 log rc=0 began=$SECONDS counts
    shift
    log=$LOGS/$name.log
    "$@" >"$log" 2>&1 </dev/null || rc=$?
    counts=$(grep -E '^[0-9]+ passed, [0-9]+ failed' "$log" | awk '{p += $1; f += $3} END {print p + 0, f + 0, NR}')
    read -r p f n <<<"$counts"
    if [ "$n" = 0 ]; then
        p=$((rc == 0 ? 1 : 0))
        f=$((rc == 0 ? 0 : 1))
    elif [ "$rc" != 0 ] && [ "$f" = 0 ]; then
        f=1
    fi
    PASSED=$((PASSED + p))
    FAILED=$((FAILED + f))
    printf '%-12s %5d passed, %d failed (%d s)\n' "$name:" "$p" "$f" $((SECONDS - began))
    if [ "$f" != 0 ]; then
        grep -nE '^(FAIL|not ok|ERROR|E  )|[Ee]rror|FAILED|Sanitizer' "$log" | head -n 40
        tail -n "${TAIL:-60}" "$log"
    fi
}

# shellcheck disable=SC2086
install_packages $BUILD_PACKAGES $RUN_PACKAGES $TEST_PACKAGES
mkdir -p "$LOGS"

# the accessibility rules the browser tests run in each page
install_axe() {
    npm install --no-save --no-audit --no-fund --prefix "$TOP/build-check/npm" axe-core@4.14.1
}
export GUIZHANG_AXE=$TOP/build-check/npm/node_modules/axe-core/axe.min.js

configure_in() { # folder, options...
    local dir=$1
    shift
    mkdir -p "$dir"
    (cd "$dir" && "$TOP/configure" "$@")
}

# automake's own summary, as our line
count_make_check() {
    local dir=$1 rc=0
    shift
    make -C "$dir" -j2 check "$@" || rc=$?
    awk '/^# PASS:/ {p += $3} /^# (FAIL|ERROR|XPASS):/ {f += $3} END {printf "%d passed, %d failed\n", p, f}' "$dir"/test-suite.log
    return $rc
}

build_werror() {
    "$TOP/autogen.sh" && configure_in "$TOP/build-check/gcc" --enable-werror CFLAGS="-O2 -g" && make -C "$TOP/build-check/gcc" -j2
}
build_clang() {
    configure_in "$TOP/build-check/clang" CC=clang-14 --enable-werror CFLAGS="-O1 -g" && make -C "$TOP/build-check/clang" -j2
}
build_san() {
    configure_in "$TOP/build-check/san" --enable-sanitizers --enable-werror CFLAGS="-O1 -g" && make -C "$TOP/build-check/san" -j2
}
run_distcheck() { make -C "$TOP/build-check/gcc" -j2 distcheck DISTCHECK_CONFIGURE_FLAGS="CFLAGS=-O0"; }

stage build build_werror
stage check count_make_check "$TOP/build-check/gcc"
stage clang build_clang
stage lint env TIDY_NODES=10000 make -C "$TOP/build-check/gcc" lint # "make lint" by hand goes all the way
stage san-build build_san
stage san-check count_make_check "$TOP/build-check/san"
stage valgrind count_make_check "$TOP/build-check/gcc" LOG_COMPILER=valgrind \
    AM_LOG_FLAGS="-q --error-exitcode=9 --leak-check=full --errors-for-leak-kinds=definite"
stage valgrind-e2e env GUIZHANG_VALGRIND=1 "$TOP/tests/e2e/run" "$TOP" "$TOP/build-check/gcc" test_30_xinzhou.py test_40_mudan.py
[ -s "$GUIZHANG_AXE" ] || stage axe install_axe
stage e2e make -C "$TOP/build-check/san" e2e
stage fuzz make -C "$TOP/build-check/gcc" fuzz SECONDS="${FUZZ_SECONDS:-6}"
stage bench env BENCH_SECONDS=1 BENCH_ROUNDS=1 BENCH_CONNECTIONS=16 BENCH_PROJECTS=300 BENCH_DISTRICTS=50 make -C "$TOP/build-check/gcc" bench # short: only to see that it works
stage distcheck run_distcheck
printf '%d passed, %d failed\n' "$PASSED" "$FAILED"
[ "$FAILED" = 0 ]
