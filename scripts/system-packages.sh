#!/usr/bin/env bash
# Install Debian packages where that is possible, or say at once which are missing.
# Usage: scripts/system-packages.sh PYTHON NEEDED... [-- WANTED...]
# Without a NEEDED one the exit status is 1; without a WANTED one, some tests are skipped.
set -euo pipefail
python=$1
shift

there() {
    case $1 in
        bubblewrap) command -v bwrap ;;
        postgresql) find /usr/lib/postgresql -name initdb 2>/dev/null | grep -q . ;;
        libatomic1) PATH=$PATH:/sbin:/usr/sbin ldconfig -p | grep -q 'libatomic\.so\.1' ;;
        python3-venv) [ -x .venv/bin/python ] || "$python" -c 'import ensurepip' ;;
        *) command -v "$1" ;;
    esac >/dev/null 2>&1
}

missing() {
    for package in "$@"; do there "$package" || printf ' %s' "$package"; done
}

needed=() wanted=()
into=needed
for package in "$@"; do
    if [ "$package" = -- ]; then into=wanted; elif [ $into = needed ]; then needed+=("$package"); else wanted+=("$package"); fi
done

lacking=$(missing ${needed[@]+"${needed[@]}"} ${wanted[@]+"${wanted[@]}"})
[ -n "$lacking" ] || exit 0
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
    echo "system: installing Debian's$lacking"
    log=$(mktemp)
    # shellcheck disable=SC2086 # several words on purpose
    if ! { apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $lacking; } >"$log" 2>&1; then
        echo "system: apt-get could not install them: $(grep -E '^E: ' "$log" | head -n 1)" >&2
    fi
    rm -f "$log"
fi

for package in $(missing ${wanted[@]+"${wanted[@]}"}); do
    case $package in
        chromium | libatomic1) effect='the tests in a browser' ;;
        postgresql) effect='the tests with a PostgreSQL gradebook' ;;
        *) effect="what needs $package" ;;
    esac
    echo "system: there is no $package, so $effect will be skipped; 'sudo apt-get install $package' brings it."
done
lacking=$(missing ${needed[@]+"${needed[@]}"})
if [ -n "$lacking" ]; then
    echo "system: this needs Debian's$lacking, which only root can install: sudo apt-get install$lacking" >&2
    exit 1
fi
