"""Fetch the Debian font packages named in packages.txt and unpack them, without installing."""

import re
import subprocess
from pathlib import Path

from utils.errors import DataError

PACKAGES_FILE = Path(__file__).with_name("packages.txt")


def package_names(path: Path = PACKAGES_FILE) -> list[str]:
    """Return the package names in `path`: one a line, `#` starts a comment."""
    lines = (line.split("#")[0].strip() for line in path.read_text(encoding="utf-8").splitlines())
    return [line for line in lines if line]


def fetch(fonts_dir: Path, names: list[str]) -> list[Path]:
    """Download and unpack `names` below `fonts_dir`; return one folder per package.

    `fonts_dir/deb` keeps the packages, `fonts_dir/root/<package>` what is in them, and
    `fonts_dir/root/<package>/VERSION` the version. What is there already is not fetched again.
    Raises `DataError` when apt-get or dpkg-deb fails.
    """
    fonts_dir = fonts_dir.resolve()
    debs, root = fonts_dir / "deb", fonts_dir / "root"
    debs.mkdir(parents=True, exist_ok=True)
    root.mkdir(parents=True, exist_ok=True)
    missing = [name for name in names if not any(debs.glob(f"{name}_*.deb"))]
    if missing:
        _run(["apt-get", "download", "-q", *missing], debs)
    return [_unpack(sorted(debs.glob(f"{name}_*.deb"))[-1], root / name) for name in names]


def _unpack(deb: Path, target: Path) -> Path:
    """Unpack `deb` into `target` unless the same version is there already."""
    version = _run(["dpkg-deb", "--field", str(deb), "Version"], deb.parent).strip()
    stamp = target / "VERSION"
    if not stamp.exists() or stamp.read_text(encoding="utf-8").strip() != version:
        target.mkdir(parents=True, exist_ok=True)
        _run(["dpkg-deb", "--extract", str(deb), str(target)], deb.parent)
        stamp.write_text(version + "\n", encoding="utf-8")
    return target


def _run(command: list[str], folder: Path) -> str:
    try:
        done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=True)
    except FileNotFoundError as error:
        raise DataError(
            f"Fetching fonts needs Debian's or Ubuntu's {command[0]}, which is not on this "
            "machine. The archives in utils/embedded/ are built already."
        ) from error
    except subprocess.CalledProcessError as error:
        reason = re.sub(r"\s+", " ", error.stderr).strip()[-300:]
        raise DataError(
            f"{' '.join(command[:2])} failed: {reason}. Run `apt-get update` and try again."
        ) from error
    return done.stdout
