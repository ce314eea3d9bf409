#!/usr/bin/env bash
# Runs a command beside a throw-away PostgreSQL on loopback, which is stopped and removed afterwards:
#   .ci/postgres.sh COMMAND...     the command finds its address in LEG_WEAKNESS_TEST_DATABASE_URL, and in
#                                  LEG_WEAKNESS_TEST_DATABASE_CONTROL a program that stops and starts it ("stop", "start")
set -euo pipefail
PATH=$PATH:/usr/sbin:/sbin # runuser

say() { printf '%s\n' "$*" >&2; }

# PATH first, then where Debian and others put what is not meant for PATH; the newest wins.
find_bin() {
    local folder
    if command -v initdb >/dev/null && command -v pg_ctl >/dev/null; then
        dirname -- "$(readlink -f -- "$(command -v initdb)")"
        return
    fi
    for folder in $(printf '%s\n' /usr/lib/postgresql/*/bin /usr/pgsql-*/bin | sort -Vr); do
        if [ -x "$folder/initdb" ]; then
            printf '%s\n' "$folder"
            return
        fi
    done
    say "PostgreSQL was not found. On Debian and Ubuntu, as root: apt-get install postgresql"
    return 1
}

bin=$(find_bin)
# PostgreSQL refuses root: then it runs as the user that its package made, or else as nobody.
as_owner=()
if [ "$(id -u)" = 0 ]; then
    owner=$(id -un postgres 2>/dev/null || echo nobody)
    as_owner=(runuser -u "$owner" --)
fi

folder=$(mktemp -d "${TMPDIR:-/tmp}/postgres for tests.XXXXXX")
stop() {
    (cd / && "${as_owner[@]}" "$bin/pg_ctl" -D "$folder/data" -m immediate -s stop) || true
    rm -rf -- "$folder"
}
trap stop EXIT
[ ${#as_owner[@]} = 0 ] || chown "$owner" "$folder"

port=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
(
    cd / # the owner may not be allowed into this folder
    "${as_owner[@]}" "$bin/initdb" -D "$folder/data" -U tests --auth=trust --encoding=UTF8 --locale=C >"/dev/null"
    {
        printf '#!/usr/bin/env bash\ncd / && exec '
        printf '%q ' "${as_owner[@]}" "$bin/pg_ctl" -D "$folder/data" -s -w -t 60 -m immediate -l "$folder/log" \
            -o "-c listen_addresses=127.0.0.1 -p $port -c unix_socket_directories='' -c fsync=off"
        printf '"$@"\n'
    } >"$folder/control"
    chmod +x "$folder/control"
    "$folder/control" start
    "${as_owner[@]}" "$bin/createdb" -h 127.0.0.1 -p "$port" -U tests journal_tests
) || {
    cat "$folder/log" >&2 2>/dev/null || true
    say "The throw-away PostgreSQL did not start."
    exit 1
}
export LEG_WEAKNESS_TEST_DATABASE_CONTROL="$folder/control"
export LEG_WEAKNESS_TEST_DATABASE_URL="postgresql+psycopg://tests@127.0.0.1:$port/journal_tests"
"$@"
