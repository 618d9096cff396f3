"""The sandbox of an ordinary user, who needs a user namespace where root needs none.

When the tests run as root, the tests of the sandbox run here once more, as a user without rights.
"""

import os
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from coursekit.course import REPOSITORY

NOBODY = 65534

MAKE_PASSABLE = """
set -e
IFS='
'  # between the folders of a list; there may be spaces in their names
keep=$1; shift
number=0
for folder in $1; do  # Python and this checkout may lie where only root can look
    number=$((number + 1))
    mkdir "$keep/$number"
    mount --bind "$folder" "$keep/$number"
done
for barrier in $2; do mount -t tmpfs -o mode=755 none "$barrier"; done
number=0
for folder in $1; do
    number=$((number + 1))
    mkdir -p "$folder"
    mount --bind "$keep/$number" "$folder"
done
shift 2
exec setpriv --reuid=65534 --regid=65534 --clear-groups "$@"
"""


def barriers(folders: list[Path]) -> list[Path]:
    """Return the outermost folders on the way to `folders` that others may not enter."""
    found = []
    for folder in folders:
        way = [*reversed(folder.parents), folder]
        found += [step for step in way if not step.stat().st_mode & 0o001][:1]
    return sorted(set(found))


@pytest.mark.skipif(os.geteuid() != 0, reason="the other tests of the sandbox ran as this user")
@pytest.mark.parametrize(
    "tests", ["test_sandbox_view.py", "test_sandbox_limits.py", "test_sandbox_warm.py"]
)
def test_the_same_holds_for_an_ordinary_user(tests: str) -> None:
    folders = [Path(sys.base_prefix).resolve(), Path(sys.prefix).resolve(), REPOSITORY]
    with tempfile.TemporaryDirectory(dir="/tmp", ignore_cleanup_errors=True) as place:
        home = Path(place, "home")
        home.mkdir()
        os.chmod(place, 0o755)  # noqa: PTH101
        os.chown(home, NOBODY, NOBODY)
        run = subprocess.run(
            [
                *("unshare", "--mount", "sh", "-c", MAKE_PASSABLE, "sh", place),
                "\n".join(map(str, folders)),
                "\n".join(map(str, barriers(folders))),
                *(sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider"),
                *("--durations=0", f"--basetemp={home / 'tests'}", f"tests/{tests}"),
            ],
            cwd=REPOSITORY,
            env={**os.environ, "HOME": str(home), "TMPDIR": str(home)},
            capture_output=True,
            text=True,
            timeout=400,
        )
    assert run.returncode == 0, run.stdout[-5000:] + run.stderr[-2000:]
    assert " passed" in run.stdout
