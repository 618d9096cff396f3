#!/usr/bin/env bash
# Install the Debian packages that the browser tests need, where that is possible.
set -euo pipefail

command -v chromium >/dev/null && exit 0
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
    echo "system: installing Debian's chromium for the browser tests"
    apt-get update -qq
    DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends chromium >/dev/null
else
    echo "system: there is no chromium, so the browser tests will be skipped; install it with 'sudo apt-get install chromium'."
fi
