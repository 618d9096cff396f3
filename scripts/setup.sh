#!/usr/bin/env bash
# Make .venv with the pinned packages. Usage: scripts/setup.sh PYTHON
set -euo pipefail
cd "$(dirname "$0")/.."
umask 022 # submissions run as other users, who must be able to read the packages
python=${1:-python3}

if ! command -v "$python" >/dev/null || ! "$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
    echo "setup: Python 3.11 or newer is needed, and '$python' is not one; name yours with 'make PYTHON=/path/to/python3.11'." >&2
    exit 1
fi
"$python" coursekit/student/install.py --folder . -- --constraint constraints.txt --editable '.[dev]'
.venv/bin/python -m pip check >.venv/check.log || {
    echo "setup: the packages do not fit together: $(head -n 1 .venv/check.log); remove .venv and run the same command again." >&2
    exit 1
}
