# lib.sh - the steps of quickstart.sh; sourced by it
# shellcheck shell=bash
# shellcheck source=tests/quickstart/packages.sh
. "$TOP/tests/quickstart/packages.sh"

RUN=$GZ_HOME/run LOG=$GZ_HOME/log ETC=$GZ_HOME/etc TLS=$GZ_HOME/tls SECRETS=$GZ_HOME/secrets
SETTINGS=$ETC/guizhang.json

as_user() {
    if [ "$(id -u)" = 0 ]; then
        setpriv --reuid "$RUN_USER" --regid "$RUN_USER" --clear-groups --inh-caps=-all -- "$@"
    else
        "$@"
    fi
}

# A server of its own session, its pid recorded: name, log file, command...
spawn() {
    local name=$1 log=$2
    shift 2
    # The log lies in the service user's folder: opened by that user, so that a link there leads root nowhere.
    # shellcheck disable=SC2016
    (
        set -- bash -c 'exec "$@" >>"$0" 2>&1' "$log" setsid "$@"
        if [ "$(id -u)" = 0 ]; then
            exec setpriv --reuid "$RUN_USER" --regid "$RUN_USER" --clear-groups --inh-caps=-all -- "$@"
        fi
        exec "$@"
    ) </dev/null >/dev/null 2>&1 &
    echo $! >"$RUN/$name.pid"
}

# GUIZHANG_VALGRIND=1 (tests): the two servers run under valgrind; what it finds stands in log/valgrind.*
grind=()
slower=1
if [ "${GUIZHANG_VALGRIND:-0}" = 1 ]; then
    grind=(valgrind -q --leak-check=full --show-leak-kinds=definite --errors-for-leak-kinds=definite --error-exitcode=9 --num-callers=30 --log-file="$LOG/valgrind.%p")
    slower=15
fi

# ---- what must be there first ----

need_user() {
    [ "$(id -u)" = 0 ] || return 0
    id "$RUN_USER" >/dev/null 2>&1 ||
        useradd --system --user-group --no-create-home --home-dir "$GZ_HOME" --shell /usr/sbin/nologin "$RUN_USER"
}

need_disk() {
    local free_mb
    mkdir -p "$GZ_HOME"
    free_mb=$(df -Pm "$GZ_HOME" | awk 'NR==2 {print $4}')
    [ "$free_mb" -ge "${GUIZHANG_MIN_DISK_MB:-700}" ] ||
        die "$GZ_HOME 所在磁盘只剩 ${free_mb} MB，至少要 ${GUIZHANG_MIN_DISK_MB:-700} MB。请腾出空间，或用 GUIZHANG_HOME 换一个位置。"
}

port_is_busy() { (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null; }

need_port() { # port, what for, name of the variable
    ! port_is_busy "$1" || die "端口 $1（$2）已被别的程序占用。请停掉它，或改用别的端口：$3=端口 ./quickstart.sh"
}

# A folder that is somebody else's is neither taken over (its owner changed) nor, later, deleted.
need_own_home() {
    [ -e "$GZ_HOME" ] || return 0
    [ ! -d "$RUN" ] || [ ! -d "$SECRETS" ] || return 0
    [ -n "$(ls -A "$GZ_HOME")" ] || return 0
    die "$GZ_HOME 里已有别的东西，不是本脚本建的演示文件夹，没有动它。请用 GUIZHANG_HOME 换一个空的位置。"
}

folders() {
    local d
    for d in "$GZ_HOME" "$RUN" "$LOG" "$ETC" "$TLS" "$SECRETS" "$GZ_HOME/files" "$GZ_HOME/uploads" "$GZ_HOME/db" "$GZ_HOME/slapd"; do
        mkdir -p "$d"
    done
    [ "$(id -u)" != 0 ] || chown -R "$RUN_USER:$RUN_USER" "$GZ_HOME"
    chmod 750 "$GZ_HOME"
    chmod 700 "$SECRETS" "$TLS"
}

# ---- build ----

build() {
    local jobs log=$GZ_HOME/log/build.log
    jobs=$(nproc)
    mkdir -p "$BUILD" "$(dirname "$log")"
    {
        if [ "${GUIZHANG_PREBUILT:-0}" = 1 ]; then
            make -C "$BUILD" install prefix="$APP"
            return 0
        fi
        if [ ! -x "$TOP/configure" ] || [ "$TOP/configure.ac" -nt "$TOP/configure" ]; then "$TOP/autogen.sh"; fi
        if [ ! -f "$BUILD/Makefile" ]; then (cd "$BUILD" && "$TOP/configure" --prefix="$APP"); fi
        make -C "$BUILD" -j"$jobs"
        make -C "$BUILD" install prefix="$APP"
    } >"$log" 2>&1 || { tail -n 25 "$log" >&2; die "编译没有成功（全部输出在 $log）。"; }
}

# ---- pids ----

pid_of() { [ -s "$RUN/$1.pid" ] && tr -dc 0-9 <"$RUN/$1.pid"; }

is_running() { # the recorded pid lives and is the program it was (by comm: /proc/PID/exe of ours is closed even to their user)
    # and of this installation: a number is given out again, and the next one to have it may be another's database
    local pid
    pid=$(pid_of "$1") || return 1
    [ -n "$pid" ] && kill -0 "$pid" 2>/dev/null && grep -qxE "$2|memcheck-.*" "/proc/$pid/comm" 2>/dev/null &&
        tr '\0' ' ' <"/proc/$pid/cmdline" 2>/dev/null | grep -qF "$GZ_HOME/" &&
        ! grep -q '^State:[[:space:]]*Z' "/proc/$pid/status" 2>/dev/null # dead, and nobody has asked after it
}

stop_one() { # name, program
    local pid i
    is_running "$1" "$2" || { rm -f "$RUN/$1.pid"; return 0; }
    pid=$(pid_of "$1")
    kill -TERM "$pid"
    for i in $(seq 1 $((150 * slower))); do
        kill -0 "$pid" 2>/dev/null || break
        sleep 0.1
        [ "$i" != $((150 * slower - 1)) ] || kill -KILL "$pid" 2>/dev/null || true
    done
    rm -f "$RUN/$1.pid"
}

wait_for() { # what, log file, command...
    local what=$1 log=$2 i
    shift 2
    for i in $(seq 1 $((200 * slower))); do
        "$@" >/dev/null 2>&1 && return 0
        sleep 0.1
    done
    [ -f "$log" ] && tail -n 15 "$log" >&2
    die "$what $((20 * slower)) 秒内没有就绪（上面是 $log 的最后几行）。"
}

# ---- certificates: a small CA of this installation alone ----

make_certificates() {
    [ ! -s "$TLS/server.pem" ] || return 0
    as_user bash -s "$TLS" <<'CERT' >"$LOG/tls.log" 2>&1 || die "证书没有生成（见 $LOG/tls.log）。"
set -e; umask 077; cd "$1"
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 3650 -keyout ca.key -out ca.pem -subj "/CN=Guizhang demo CA" -addext basicConstraints=critical,CA:TRUE
openssl req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout server.key -out server.csr -subj "/CN=localhost"
printf 'subjectAltName=DNS:localhost,IP:127.0.0.1\nbasicConstraints=CA:FALSE\nextendedKeyUsage=serverAuth\n' >server.ext
openssl x509 -req -in server.csr -CA ca.pem -CAkey ca.key -CAcreateserial -days 3650 -extfile server.ext -out server.pem
rm -f server.csr server.ext
CERT
}

# ---- database ----

start_database() {
    is_running mariadbd mariadbd && return 0
    if [ ! -d "$GZ_HOME/db/mysql" ]; then
        # a folder of its own for temporary tables: a server that starts clears away every other's in a shared one
        as_user mkdir -p "$RUN/install"
        TMPDIR="$RUN/install" as_user mariadb-install-db --no-defaults --force --datadir="$GZ_HOME/db" --auth-root-authentication-method=socket \
            --auth-root-socket-user="$RUN_USER" --skip-test-db >"$LOG/db-install.log" 2>&1 || die "数据库没有初始化（见 $LOG/db-install.log）。"
        as_user rm -rf "$RUN/install"
    fi
    as_user mkdir -p "$GZ_HOME/db/tmp"
    # durable: every commit is on disk before it is acknowledged, and in the binary log; commits wait up to 2 ms for
    # company, so that several share one write to disk (a lock somebody waits for ends the wait)
    spawn mariadbd "$LOG/mariadbd.log" mariadbd --no-defaults --datadir="$GZ_HOME/db" --socket="$RUN/db.sock" --pid-file="$GZ_HOME/db/mariadbd.pid" \
        --tmpdir="$GZ_HOME/db/tmp" --ignore-db-dirs=tmp \
        --skip-networking --local-infile=0 --innodb-flush-log-at-trx-commit=1 --sync-binlog=1 --log-bin="$GZ_HOME/db/binlog" --binlog-commit-wait-count=8 --binlog-commit-wait-usec=2000 \
        --binlog-format=ROW --expire-logs-days=7 --character-set-server=utf8mb4 --collation-server=utf8mb4_unicode_520_ci \
        --innodb-buffer-pool-size=256M --max-connections=200 --skip-name-resolve --symbolic-links=0
    wait_for "数据库" "$LOG/mariadbd.log" as_user mariadb-admin --no-defaults --socket="$RUN/db.sock" ping
}

# ---- directory ----

prepare_directory() {
    [ ! -f "$GZ_HOME/slapd/settings" ] || return 0
    "$TOP/tests/slapd/slapd-make" "$GZ_HOME/slapd" "$RUN_USER" "$LDAPS_PORT" "$APP/share/guizhang/tenants" \
        "$TOP/tests/slapd/people.json" "$DEMO_PASSWORD" >"$LOG/slapd-make.log" 2>&1 ||
        { tail -n 15 "$LOG/slapd-make.log" >&2; die "政务目录没有建成（见 $LOG/slapd-make.log）。"; }
}

directory_setting() { sed -n "s/^$1=//p" "$GZ_HOME/slapd/settings" | tr -d "'\""; }

start_directory() {
    is_running slapd slapd && return 0
    "$TOP/tests/slapd/slapd-make" --start "$GZ_HOME/slapd" >>"$LOG/slapd-start.log" 2>&1 ||
        { tail -n 15 "$LOG/slapd-start.log" >&2; die "政务目录没有启动（见 $LOG/slapd-start.log）。"; }
    cp "$GZ_HOME/slapd/pid" "$RUN/slapd.pid"
}

# ---- settings ----

write_settings() {
    cat >"$SETTINGS" <<JSON
{
  "mode": "demo",
  "origin": "http://127.0.0.1:$HTTP_PORT https://127.0.0.1:$HTTPS_PORT",
  "tenants_dir": "$APP/share/guizhang/tenants",
  "migrations_dir": "$APP/share/guizhang/migrations",
  "secrets_dir": "$SECRETS",
  "files_dir": "$GZ_HOME/files",
  "upload_dir": "$GZ_HOME/uploads",
  "peers_file": "$ETC/peers.json",
  "test_clock": "$ETC/clock.json",
  "database": { "socket": "$RUN/db.sock" },
  "directory": {
    "url": "$(directory_setting ldap_url)", "ca": "$(directory_setting ldap_ca)", "base": "$(directory_setting ldap_base)",
    "group_base": "$(directory_setting ldap_group_base)", "bind_dn": "$(directory_setting ldap_bind_dn)", "timeout_ms": $((2000 * slower))
  },
  "nightly": { "hour": ${GUIZHANG_NIGHTLY_HOUR:-2} },
  "listen": "$RUN/guizhangd/guizhangd.sock"$([ "$slower" = 1 ] || printf ',\n  "workers": { "request_deadline_s": 300 }')
}
JSON
}

write_nginx() {
    local f
    rm -rf "$ETC/nginx"
    mkdir -p "$ETC/nginx"
    cp "$APP/share/guizhang/nginx/fastcgi_guizhang_params" "$APP/share/guizhang/nginx/security_headers" "$ETC/nginx/"
    for f in nginx.conf site.conf site-tls.conf locations; do
        sed -e "s|@RUN@|$RUN|g; s|@LOG@|$LOG|g; s|@UPLOADS@|$GZ_HOME/uploads|g; s|@FILES@|$GZ_HOME/files|g" \
            -e "s|@WWW@|$APP/share/guizhang/nginx/www|g; s|@SOCKET@|$RUN/guizhangd/guizhangd.sock|g; s|@UPLOAD_MAX@|220m|g" \
            -e "s|@HTTP_LISTEN@|127.0.0.1:$HTTP_PORT|g; s|@HTTPS_LISTEN@|127.0.0.1:$HTTPS_PORT|g; s|@LOGIN_RATE@|${GUIZHANG_LOGIN_RATE:-60r/m}|g" \
            -e "s|@TLS_CERT@|$TLS/server.pem|g; s|@TLS_KEY@|$TLS/server.key|g" \
            "$APP/share/guizhang/nginx/$f.in" >"$ETC/nginx/$f"
    done
}

# Which bureau is reached where, and with whose key: deployment, not regulation, so it stands outside tenants/.
write_peers() {
    python3 "$TOP/tests/quickstart/peers.py" "$APP/share/guizhang/tenants" "https://127.0.0.1:$HTTPS_PORT" "$TLS/ca.pem" "$SECRETS" >"$ETC/peers.json"
}

gz() { as_user env GUIZHANG_SETTINGS="$SETTINGS" GUIZHANG_DB_ADMIN="$RUN_USER" "$APP/bin/guizhang" "$@"; }

# The administrator's account is the operating system's user, known to the database by its unix socket.
prepare_database() {
    write_peers
    install -m 600 "$(directory_setting ldap_password_file)" "$SECRETS/ldap"
    own
    { gz secrets && gz keys; } >>"$LOG/prepare.log" 2>&1 || { tail -n 5 "$LOG/prepare.log" >&2; die "口令与密钥没有生成。"; }
    own
    gz migrate >>"$LOG/prepare.log" 2>&1 || { tail -n 8 "$LOG/prepare.log" >&2; die "数据库迁移没有完成。"; }
}

own() { [ "$(id -u)" != 0 ] || chown -R "$RUN_USER:$RUN_USER" "$ETC" "$TLS" "$SECRETS" "$LOG" "$RUN"; }

start_guizhangd() {
    is_running guizhangd guizhangd || spawn guizhangd "$LOG/guizhangd.log" "${grind[@]}" "$APP/bin/guizhangd" "$SETTINGS"
}

start_push() {
    is_running guizhang-push guizhang-push || spawn guizhang-push "$LOG/guizhang-push.log" "${grind[@]}" "$APP/bin/guizhang-push" "$SETTINGS"
}

start_nginx() {
    is_running nginx nginx || {
        as_user nginx -t -q -p "$RUN" -c "$ETC/nginx/nginx.conf" 2>"$LOG/nginx-test.log" || { cat "$LOG/nginx-test.log" >&2; die "nginx 配置没有通过检查。"; }
        as_user nginx -p "$RUN" -c "$ETC/nginx/nginx.conf" 2>>"$LOG/nginx-error.log"
    }
}

start_app() {
    start_guizhangd
    start_push
    start_nginx
    wait_for "平台" "$LOG/guizhangd.log" http_ok /readyz
}

http_ok() { # path: 200?
    local line
    exec 4<>"/dev/tcp/127.0.0.1/$HTTP_PORT" || return 1
    printf 'GET %s HTTP/1.0\r\nHost: 127.0.0.1\r\n\r\n' "$1" >&4
    IFS= read -r -t 5 line <&4 || line=""
    exec 4>&- 4<&-
    case $line in HTTP/1.?\ 200*) return 0 ;; *) return 1 ;; esac
}

seed() {
    [ ! -e "$GZ_HOME/seeded" ] || return 0
    local command
    command="$APP/bin/guizhang|--settings|$SETTINGS"
    [ "$(id -u)" != 0 ] || command="setpriv|--reuid|$RUN_USER|--regid|$RUN_USER|--clear-groups|$command"
    python3 "$TOP/tests/demo/seed.py" --url "http://127.0.0.1:$HTTP_PORT" --password "$DEMO_PASSWORD" \
        --people "$TOP/tests/slapd/people.json" --clock "$command" >"$LOG/seed.log" 2>&1 ||
        { tail -n 15 "$LOG/seed.log" >&2; die "演示数据没有办完（见 $LOG/seed.log）；平台已在运行。"; }
    touch "$GZ_HOME/seeded"
}

# ---- the rest of the demo, behind the address that is printed already ----

REST=$GZ_HOME/demo

# Three years of every district, side by side (tests/demo/years.py); goes on where it was stopped. The scripts are copied:
# the service's user may not be able to read the checkout.
seed_rest() {
    [ ! -e "$REST/state/done" ] && ! is_running seed python3 || return 0
    mkdir -p "$REST/demo" "$REST/e2e" "$REST/state"
    cp "$TOP"/tests/demo/*.py "$REST/demo/"
    cp "$TOP/tests/e2e/client.py" "$TOP/tests/e2e/walker.py" "$REST/e2e/"
    cp "$TOP/tests/slapd/people.json" "$REST/"
    [ "$(id -u)" != 0 ] || chown -R "$RUN_USER:$RUN_USER" "$REST"
    GUIZHANG_DEMO_PASSWORD=$DEMO_PASSWORD spawn seed "$LOG/seed-rest.log" /usr/bin/python3 "$REST/demo/years.py" --url "http://127.0.0.1:$HTTP_PORT" \
        --people "$REST/people.json" --clock "$APP/bin/guizhang|--settings|$SETTINGS" --state "$REST/state"
}

rest_says() { # one line: how far it is
    local file done=0 total=0
    for file in "$REST"/state/*.total; do
        [ -e "$file" ] || continue
        total=$((total + $(cat "$file")))
        file=${file%.total}.jsonl
        [ ! -e "$file" ] || done=$((done + $(wc -l <"$file")))
    done
    if [ -e "$REST/state/done" ]; then
        printf '演示数据\t已办完 %s 步\n' "$total"
    elif is_running seed python3; then
        printf '演示数据\t正在办理 %s／%s 步，其间各区的日期会变\n' "$done" "$total"
    elif [ "$total" != 0 ]; then
        printf '演示数据\t停在 %s／%s 步（./quickstart.sh 接着办；出了什么事见 %s）\n' "$done" "$total" "$LOG/seed-rest.log"
    fi
}

# ---- commands ----

cmd_start() {
    local began=$SECONDS
    # shellcheck disable=SC2086
    install_packages $BUILD_PACKAGES $RUN_PACKAGES
    need_own_home
    need_user
    need_disk
    cmd_stop quiet
    need_port "$HTTP_PORT" "网页" GUIZHANG_HTTP_PORT
    need_port "$HTTPS_PORT" "上报与加密访问" GUIZHANG_HTTPS_PORT
    need_port "$LDAPS_PORT" "政务目录" GUIZHANG_LDAPS_PORT
    folders
    say "编译……"
    build
    say "启动数据库、政务目录、平台……"
    prepare_directory
    write_settings
    write_nginx
    own
    make_certificates
    start_database
    prepare_database
    start_directory
    start_app
    if [ "${GUIZHANG_SEED:-1}" = 0 ]; then
        return 0
    fi
    say "办理演示项目……"
    seed
    say ""
    say "已启动，用时 $((SECONDS - began)) 秒。"
    if [ "${GUIZHANG_SEED:-1}" != small ] && [ ! -e "$REST/state/done" ]; then
        seed_rest
        say "五个区三年里另外约 300 个项目正在后台接着办（约两三分钟）。其间各区的日期从 2023 年往后走，办完停在各自的最后一天；进度看 ./quickstart.sh status。"
    fi
    say ""
    python3 "$TOP/tests/quickstart/welcome.py" "$TOP/tests/slapd/people.json" "$APP/share/guizhang/tenants" "http://127.0.0.1:$HTTP_PORT/" "$DEMO_PASSWORD"
}

cmd_stop() {
    [ -d "$RUN" ] || { [ "${1:-}" = quiet ] || say "没有在运行。"; return 0; }
    stop_one seed python3
    stop_one nginx nginx
    stop_one guizhangd guizhangd
    stop_one guizhang-push guizhang-push
    stop_one slapd slapd
    stop_one mariadbd mariadbd
    [ "${1:-}" = quiet ] || say "已全部停止。数据还在 $GZ_HOME（删除用 ./quickstart.sh reset）。"
}

cmd_status() {
    local all=0 row name program label
    for row in mariadbd:mariadbd:数据库 slapd:slapd:政务目录 guizhangd:guizhangd:平台 guizhang-push:guizhang-push:上报 nginx:nginx:网页入口; do
        IFS=: read -r name program label <<<"$row"
        if is_running "$name" "$program"; then
            printf '%s\t运行中\t进程 %s\n' "$label" "$(pid_of "$name")"
        else
            printf '%s\t未运行\n' "$label"
            all=1
        fi
    done
    rest_says
    [ "$all" = 0 ] || return 1
    gz ready
}

cmd_part() { # start|stop|kill, which
    local program=$2
    case $1 in
    start)
        case $2 in
        mariadbd) start_database ;;
        slapd) start_directory ;;
        guizhangd) start_guizhangd ;;
        guizhang-push) start_push ;;
        nginx) start_nginx ;;
        *) die "没有 $2 这一部分" ;;
        esac
        ;;
    stop) stop_one "$2" "$program" ;;
    kill)
        is_running "$2" "$program" || return 0
        kill -KILL "$(pid_of "$2")"
        for _ in $(seq 1 200); do # whoever starts it next must not find the dying one still there
            is_running "$2" "$program" || return 0
            sleep 0.05
        done
        die "$2 没有结束"
        ;;
    *) die "part start|stop|kill 名称" ;;
    esac
}

cmd_logs() {
    local f
    for f in "$LOG"/*.log; do
        [ -s "$f" ] || continue
        printf '== %s\n' "${f##*/}"
        tail -n "${LINES_SHOWN:-20}" "$f"
    done
}

cmd_reset() {
    [ -e "$GZ_HOME" ] || { say "没有 $GZ_HOME，不必删除。"; return 0; }
    need_own_home
    cmd_stop quiet
    case $GZ_HOME in "" | / | /home | /var | /var/lib | /root | "$HOME") die "GUIZHANG_HOME=$GZ_HOME 不像是演示文件夹，不删除。" ;; esac
    rm -rf "$GZ_HOME"
    say "已停止并删除 $GZ_HOME。"
}
