# packages.sh - which Debian packages each command needs, and how they are installed; sourced
# shellcheck shell=bash disable=SC2034

BUILD_PACKAGES="gcc make autoconf automake pkg-config libfcgi-dev libmariadb-dev libjson-c-dev libcurl4-openssl-dev libldap-dev libssl-dev libxlsxwriter-dev zlib1g-dev libexpat1-dev"
RUN_PACKAGES="nginx-light mariadb-server mariadb-client slapd ldap-utils openssl python3 iproute2 util-linux"
TEST_PACKAGES="libcmocka-dev python3-pytest python3-pytest-xdist python3-selenium python3-pymysql python3-ldap3 python3-openpyxl python3-aiosmtpd chromium-headless-shell chromium-driver fonts-noto-cjk \
 shellcheck cppcheck clang-14 clang-tidy-14 clang-format-14 libclang-rt-14-dev valgrind wrk xz-utils strace poppler-utils file git procps systemd"

# an npm of another make (nvm, NodeSource) does as well; Debian's own is installed only where there is none
command -v npm >/dev/null 2>&1 || TEST_PACKAGES="$TEST_PACKAGES npm"

say() { printf '%s\n' "$*"; }
die() { printf '\n停止：%s\n' "$*" >&2; exit 1; }

missing_packages() {
    local p
    for p in "$@"; do
        [ "$(dpkg-query -W -f='${db:Status-Abbrev}' "$p" 2>/dev/null | cut -c1-2)" = ii ] || printf '%s ' "$p"
    done
}

# Installs without letting a package start its service or ask a question.
install_packages() {
    local need policy=/usr/sbin/policy-rc.d saved=""
    need=$(missing_packages "$@")
    [ -n "$need" ] || return 0
    command -v apt-get >/dev/null || die "这台机器没有 apt-get；本脚本只用于 Debian 12。缺少的软件包：$need"
    [ "$(id -u)" = 0 ] || die "缺少软件包：$need。请由 root 执行 apt-get install $need，再运行本脚本。"
    say "安装软件包：$need"
    if [ -e "$policy" ]; then
        saved=$(mktemp)
        cp -p "$policy" "$saved"
    fi
    printf '#!/bin/sh\nexit 101\n' >"$policy"
    chmod 755 "$policy"
    local rc=0 log
    log=$(mktemp)
    # shellcheck disable=SC2086
    { apt-get update -q && apt-get install -q -y --no-install-recommends $need; } </dev/null >"$log" 2>&1 || rc=$?
    if [ -n "$saved" ]; then mv "$saved" "$policy"; else rm -f "$policy"; fi
    if [ "$rc" != 0 ]; then
        tail -n 15 "$log" >&2
        rm -f "$log"
        die "软件包没有装上（apt-get 退出码 $rc，上面是它的最后几行）。"
    fi
    rm -f "$log"
}
