"""What a sandboxed Python needs to see of the one that runs here.

The sandbox gets a virtual environment of its own under `/opt/python`, made of links: the same
interpreter, and our packages by a path of their own. So it does not matter where ours lie, the
launchers that an editable install leaves among the packages are not run, and nothing beside the
packages comes into sight.
"""

import os
import site
import sys
from dataclasses import dataclass
from pathlib import Path

from coursekit.sandbox.view import Mount

PYTHON = "/opt/python/bin/python"
"""The interpreter, as sandboxed programs find it."""

_ENVIRONMENT = "/opt/python"
_PACKAGES = "/opt/packages"
_OWN_CODE = ("coursekit",)
"""Packages that are never shown, should they be installed among the others."""


@dataclass(frozen=True)
class PythonView:
    """Mounts, links and small files that make Python run in an empty root."""

    read_only: tuple[Mount, ...]
    links: tuple[tuple[str, str], ...]
    """Where a link leads, and where it lies."""
    files: tuple[tuple[str, str], ...]
    """Where a file lies, and its text."""
    emptied: tuple[str, ...]
    """Folders among the mounts whose contents must not be seen."""
    font_lists: tuple[Path, ...]
    """What Matplotlib found out about fonts; to find it out again takes it 0.3 s."""


def python_view(search_path: tuple[str, ...] = ()) -> PythonView:
    """Return what the interpreter of this process needs; `search_path` is imported from as well."""
    interpreter = Path(getattr(sys, "_base_executable", sys.executable)).resolve()
    home = Path(sys.base_prefix).resolve()
    mounts: list[Mount] = []
    if not home.is_relative_to("/usr"):
        mounts.append((home, str(home)))
    if not interpreter.is_relative_to("/usr") and not interpreter.is_relative_to(home):
        mounts.append((interpreter, str(interpreter)))

    packages = []
    emptied = []
    for number, folder in enumerate(_package_folders()):
        inside = f"{_PACKAGES}/{number}"
        mounts.append((folder, inside))
        packages.append(inside)
        emptied += [f"{inside}/{name}" for name in _OWN_CODE if (folder / name).is_dir()]

    version = f"{sys.version_info.major}.{sys.version_info.minor}"
    configuration = (
        f"home = {interpreter.parent}\n"
        "include-system-site-packages = false\n"
        f"version = {version}.{sys.version_info.micro}\n"
    )
    return PythonView(
        read_only=tuple(mounts),
        links=((str(interpreter), PYTHON), ("python", f"{PYTHON}{version}")),
        files=(
            (f"{_ENVIRONMENT}/pyvenv.cfg", configuration),
            (
                f"{_ENVIRONMENT}/lib/python{version}/site-packages/sandbox.pth",
                "".join(f"{path}\n" for path in (*packages, *search_path)),
            ),
        ),
        emptied=tuple(emptied),
        font_lists=tuple(_font_lists()),
    )


def _package_folders() -> list[Path]:
    """Return the folders of installed packages, as `sys.path` has them."""
    folders = [*site.getsitepackages()]
    if site.ENABLE_USER_SITE:
        folders.append(site.getusersitepackages())
    present = [Path(folder).resolve() for folder in folders if os.path.isdir(folder)]  # noqa: PTH112
    return list(dict.fromkeys(present))


def _font_lists() -> list[Path]:
    """Return Matplotlib's lists of fonts from its cache; it passes over those it cannot use."""
    cache = os.environ.get("XDG_CACHE_HOME") or os.path.expanduser("~/.cache")  # noqa: PTH111
    folder = os.environ.get("MPLCONFIGDIR") or os.path.join(cache, "matplotlib")  # noqa: PTH118
    return sorted(Path(folder).glob("fontlist-*.json"))
