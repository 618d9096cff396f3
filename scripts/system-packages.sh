#!/usr/bin/env bash
# Install Debian packages where that is possible. Usage: scripts/system-packages.sh PACKAGE...
set -euo pipefail

missing=
for package in "$@"; do
    case $package in
        bubblewrap) program=bwrap ;;
        postgresql) program=$(find /usr/lib/postgresql -name initdb 2>/dev/null | tail -n 1) ;;
        *) program=$package ;;
    esac
    command -v "$program" >/dev/null || missing="$missing $package"
done
[ -n "$missing" ] || exit 0

if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
    echo "system: installing Debian's$missing"
    # shellcheck disable=SC2086 # several words on purpose
    if apt-get update -qq &&
        DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $missing >/dev/null; then
        exit 0
    fi
fi
for package in $missing; do
    case $package in
        bubblewrap) effect='submissions cannot be isolated, and grading refuses to start' ;;
        chromium) effect='the browser tests will be skipped' ;;
        postgresql) effect='the tests with a PostgreSQL gradebook will be skipped' ;;
        *) effect='some things will not work' ;;
    esac
    echo "system: there is no $package, so $effect; install it with 'sudo apt-get install $package'."
done
