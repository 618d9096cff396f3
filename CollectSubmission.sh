#!/usr/bin/env bash
# Checks your three notebooks and the checkpoint, and packs them for handing in:
#
#     ./CollectSubmission.sh 2000-00000            (your student id)
#     ./CollectSubmission.sh 2000-00000 --check    (also shows the result of each check)
#
# The work is done by utils/submission.py; this script finds a Python to run it with.
# It keeps to what bash 3.2 (macOS) and Git Bash (Windows) know.

unset CDPATH
cd -- "$(dirname -- "$0")" || exit 1

if [ ! -f utils/submission.py ]; then
    echo "Not packed: utils/submission.py is missing beside this script; unpack the assignment again and copy your notebooks into it." >&2
    exit 1
fi

# "python3" on Windows may be a signpost to a shop instead of a Python, so each is tried out.
# -I: a file of yours that is called like a Python module (random.py, json.py) is not imported.
for python in .venv/bin/python .venv/Scripts/python.exe python3 python py; do
    if "$python" -I -c 'import sys; sys.exit(sys.version_info < (3, 9))' >/dev/null 2>&1; then
        exec "$python" -I utils/submission.py "$@"
    fi
done

echo "Not packed: no Python 3.9 or newer was found; activate the environment in which you run JupyterLab, then run this again." >&2
exit 1
