# shellcheck shell=bash
# Sourced by run and check, which set `top`: keeps .venv as the locked requirements say, and touches it only
# when they, pyproject.toml or the place of the checkout have changed.

say() { printf '%s\n' "$*" >&2; }

# Prints the first Python that can make an environment; says what to install when there is none.
find_python() {
    local candidate found=""
    for candidate in ${PYTHON:+"$PYTHON"} python3 python3.11 python3.12 python3.13 python3.14; do
        "$candidate" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || continue
        found=$candidate
        if "$candidate" -c 'import ensurepip, venv' 2>/dev/null; then
            printf '%s\n' "$candidate"
            return
        fi
    done
    if [ -n "$found" ]; then
        say "$found cannot make an environment: its modules venv and ensurepip are not installed."
        say "On Debian and Ubuntu, as root: apt-get install python3-venv"
    else
        say "Python 3.11 or later is needed and was not found; on Debian and Ubuntu, as root:"
        say "apt-get install python3 python3-venv   (another one is used when named: PYTHON=... $0)"
    fi
    return 1
}

# Whether .venv works and was made here: the scripts in it name the folder, and break when it is moved.
venv_is_sound() {
    "$top/.venv/bin/python" -c 'import pip, sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null &&
        head -n 3 "$top/.venv/bin/pip" 2>/dev/null | grep -qF "$top/.venv/bin/"
}

# Hash-checked or our own, and wheels only: nothing foreign is built or run during the installation.
# Silent unless it fails. What pip says may name the site's package index, with a password in it: addresses are cut.
pip_install() {
    local said
    said=$("$top/.venv/bin/python" -m pip --disable-pip-version-check --no-input install --quiet "$@" 2>&1) && return
    sed -E 's#[A-Za-z+]+://[^[:space:]]+#(address)#g' <<<"$said" >&2
    return 1
}

# set_up NAME FILE...: installs the locked requirements in the FILEs, then this checkout itself.
set_up() {
    local name=$1 stamp wanted python file locked=()
    shift
    stamp="$top/.venv/.set-up-for-$name"
    wanted=$(cd "$top" && { printf '%s\n' "$top" && cat pyproject.toml "$@"; } | cksum)
    if [ -x "$top/.venv/bin/python" ] && [ "$(cat "$stamp" 2>/dev/null)" = "$wanted" ]; then
        return
    fi
    python=$(find_python) || return 1

    exec 9>>"$top/.venv.lock" # two starts at once: the second waits, then finds the work done
    "$python" -c 'import fcntl; fcntl.flock(9, fcntl.LOCK_EX)'
    if [ ! -x "$top/.venv/bin/python" ] || [ "$(cat "$stamp" 2>/dev/null)" != "$wanted" ]; then
        say "Setting up .venv for \`$name\` (once; a minute or two with a slow network) ..."
        venv_is_sound || "$python" -m venv --clear "$top/.venv" || return 1
        rm -f "$stamp"
        for file in "$@"; do locked+=(--requirement "$top/$file"); done
        if ! pip_install --require-hashes --only-binary :all: "${locked[@]}" ||
            ! pip_install --no-deps --no-build-isolation --editable "$top"; then
            say "The set-up failed; the lines above say why. It needs a Python package index (pip's settings name it)."
            return 1
        fi
        printf '%s\n' "$wanted" >"$stamp"
    fi
    exec 9>&- # the service that is started next must not hold the lock
}
