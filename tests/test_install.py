"""install.py, which students and teachers run first, and the scripts around it."""

import ast
import functools
import http.server
import os
import shutil
import subprocess
import sys
import threading
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from coursekit.course import REPOSITORY

INSTALL = REPOSITORY / "coursekit" / "student" / "install.py"
sys.path.append(str(INSTALL.parent))
import install  # noqa: E402

WITHOUT_OUR_SETTINGS = {"PIP_CONFIG_FILE": os.devnull, "PIP_NO_INPUT": "1", "PIP_RETRIES": "0"}


def test_an_old_python_can_read_it_and_is_told(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    ast.parse(INSTALL.read_text(encoding="utf-8"), feature_version=(3, 6))
    monkeypatch.setattr(sys, "version_info", (3, 9, 2))
    assert install.main(["--folder", str(tmp_path)]) == 1
    assert "install: this is Python 3.9, and 3.11 or newer is needed" in capsys.readouterr().err
    assert not (tmp_path / ".venv").exists()


def wheel(folder: Path, name: str, version: str) -> None:
    """Write a package that holds nothing but its version, and a page that lists it."""
    place = folder / name
    place.mkdir(parents=True, exist_ok=True)
    file = place / f"{name}-{version}-py3-none-any.whl"
    info = f"{name}-{version}.dist-info"
    with zipfile.ZipFile(file, "w") as archive:
        about = f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n"
        archive.writestr(f"{info}/METADATA", about)
        kind = "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
        archive.writestr(f"{info}/WHEEL", kind)
        archive.writestr(f"{info}/RECORD", "")
    links = "".join(f'<a href="{path.name}">{path.name}</a>' for path in place.glob("*.whl"))
    (place / "index.html").write_text(links)


class _Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *_: object) -> None:
        return


@pytest.fixture
def registry(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """Two indexes on this machine: PyPI's place has one build, PyTorch's own has another."""
    wheel(tmp_path / "registry" / "pypi", "torch", "2.13.0")
    wheel(tmp_path / "registry" / "pypi", "course", "1.0")
    wheel(tmp_path / "registry" / "cpu", "torch", "2.13.0+cpu")
    handler = functools.partial(_Quiet, directory=str(tmp_path / "registry"))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        address = f"http://127.0.0.1:{server.server_address[1]}"
        monkeypatch.setattr(install, "CPU_BUILDS", f"{address}/cpu")
        for name, value in WITHOUT_OUR_SETTINGS.items():
            monkeypatch.setenv(name, value)
        monkeypatch.delenv("PIP_FIND_LINKS", raising=False)
        monkeypatch.setenv("PIP_INDEX_URL", f"{address}/pypi")
        yield address
        server.shutdown()


def torch_in(folder: Path) -> str:
    [found] = (folder / ".venv").glob("lib/python*/site-packages/torch-*.dist-info")
    return found.name.removeprefix("torch-").removesuffix(".dist-info")


@pytest.fixture(scope="module")
def environment(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A new virtual environment, to be copied: to make one takes seconds."""
    folder = tmp_path_factory.mktemp("environment")
    install.make_environment(folder)
    return folder / ".venv"


@pytest.fixture
def folder(tmp_path: Path, environment: Path) -> Path:
    """A student's folder as unpacked, where Python has made its environment."""
    folder = tmp_path / "과제 1"
    folder.mkdir()
    shutil.copytree(environment, folder / ".venv", symlinks=True)
    (folder / "requirements.txt").write_text("torch>=2.10\ncourse\n")
    return folder


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere PyPI has but one build")
@pytest.mark.parametrize(
    ("card", "index_answers", "expected"),
    [(False, True, "2.13.0+cpu"), (True, True, "2.13.0"), (False, False, "2.13.0")],
)
def test_the_build_of_pytorch_fits_the_machine(
    registry: str,
    folder: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    card: bool,
    index_answers: bool,
    expected: str,
) -> None:
    monkeypatch.setattr(install, "has_nvidia_card", lambda: card)
    if not index_answers:
        monkeypatch.setattr(install, "CPU_BUILDS", f"{registry}/nothing")
    assert install.main(["--folder", str(folder)]) == 0
    assert torch_in(folder) == expected
    said = capsys.readouterr().out
    assert ("build for processors is taken" in said) == expected.endswith("cpu")
    assert ("pip takes its own choice" in said) == (not index_answers)
    assert said.endswith("install: done.\n")
    if expected.endswith("cpu"):  # a second run finds all there, and leaves it
        monkeypatch.setattr(install, "CPU_BUILDS", "http://127.0.0.1:9")
        assert install.main(["--folder", str(folder)]) == 0
        assert torch_in(folder) == expected


def test_without_a_registry_it_says_so(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(install, "CPU_BUILDS", "http://127.0.0.1:9")
    for name, value in WITHOUT_OUR_SETTINGS.items():
        monkeypatch.setenv(name, value)
    monkeypatch.delenv("PIP_FIND_LINKS", raising=False)
    monkeypatch.setenv("PIP_INDEX_URL", "http://127.0.0.1:9/simple")
    assert install.main(["--folder", str(folder)]) == 1
    said = capsys.readouterr().err
    assert "install: the package registry (PyPI) cannot be reached" in said
    assert str(folder / ".venv" / "install.log") in said


def test_without_room_it_says_so_and_leaves_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    usage = shutil.disk_usage(tmp_path)._replace(free=300_000_000)
    monkeypatch.setattr(shutil, "disk_usage", lambda _: usage)
    assert install.main(["--folder", str(tmp_path)]) == 1
    assert "has 0.3 GB free" in capsys.readouterr().err
    assert not (tmp_path / ".venv").exists()


@pytest.mark.parametrize(
    ("pip_says", "sentence"),
    [
        ("ERROR: Could not install packages: [Errno 28] No space left on device", "is full"),
        ("ERROR: No matching distribution found for nbgrader", "No matching distribution found"),
        ("WARNING: Retrying ... NewConnectionError", "cannot be reached"),
        ("", "it gave no reason"),
    ],
)
def test_what_pip_says_becomes_a_sentence(pip_says: str, sentence: str, tmp_path: Path) -> None:
    pip = install.Pip(Path("python"), tmp_path / "log")
    text = pip.explain([pip_says])
    assert sentence in text
    assert text.endswith("run the same command again.")


def system_packages(tmp_path: Path, *arguments: str, user: int) -> subprocess.CompletedProcess[str]:
    """Run the script where none of Debian's packages is there and `id` says who we are."""
    programs = tmp_path / "programs"
    programs.mkdir()
    for name in ("bash", "env", "find", "grep", "head", "mktemp", "rm"):
        (programs / name).symlink_to(shutil.which(name) or "/bin/false")
    (programs / "id").write_text(f"#!/bin/sh\necho {user}\n")
    (programs / "id").chmod(0o755)
    shutil.copytree(REPOSITORY / "scripts", tmp_path / "scripts")
    return subprocess.run(
        ["bash", "scripts/system-packages.sh", "no-python", *arguments],
        cwd=tmp_path,
        env={"PATH": str(programs)},
        capture_output=True,
        text=True,
    )


def test_all_that_is_missing_is_said_at_once(tmp_path: Path) -> None:
    done = system_packages(
        tmp_path, "python3-venv", "bubblewrap", "--", "chromium", "postgresql", user=1000
    )
    assert done.returncode == 1
    assert "sudo apt-get install python3-venv bubblewrap\n" in done.stderr
    assert "no chromium, so the tests in a browser will be skipped" in done.stdout


def test_what_only_some_tests_want_stops_nobody(tmp_path: Path) -> None:
    done = system_packages(tmp_path, "bash", "--", "chromium", user=1000)
    assert (done.returncode, done.stderr) == (0, "")
    assert "chromium" in done.stdout


def test_no_call_is_newer_than_the_oldest_python() -> None:
    """What came within 3.11 (3.11.4: filters of archives); ruff and mypy know of 3.12 and later."""
    newer = {"extractall", "extract", "unpack_archive"}
    found = [
        f"{path.name}:{node.lineno}"
        for folder in ("coursekit", "utils", "benchmarks", "tests")
        for path in (REPOSITORY / folder).rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8", errors="replace")))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr in newer
        and any(keyword.arg == "filter" for keyword in node.keywords)
    ]
    assert found == []
