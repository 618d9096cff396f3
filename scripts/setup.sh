#!/usr/bin/env bash
# Make .venv with the pinned packages. Usage: scripts/setup.sh PYTHON
set -euo pipefail
cd "$(dirname "$0")/.."
python=${1:-python3}

if ! "$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
    echo "setup: Python 3.11 or newer is needed, and '$python' is not one; name yours with 'make PYTHON=/path/to/python3.11'." >&2
    exit 1
fi
if [ ! -x .venv/bin/python ]; then
    if ! "$python" -c 'import ensurepip' 2>/dev/null; then
        if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
            apt-get update -qq && apt-get install -y -qq --no-install-recommends python3-venv
        else
            echo "setup: '$python' cannot make virtual environments; install Debian's python3-venv first (sudo apt-get install python3-venv)." >&2
            exit 1
        fi
    fi
    "$python" -m venv .venv
fi
echo "setup: installing the pinned packages into .venv (one or two minutes, once)"
.venv/bin/python -m pip install --quiet --disable-pip-version-check \
    --constraint constraints.txt --editable '.[dev]'
.venv/bin/python -m pip check
