"""Install what the notebooks need into .venv, in this folder: python3 install.py

It can be run again at any time: what is there stays, what is missing is installed.
"""

import argparse
import os
import re
import shutil
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

OLDEST_PYTHON = (3, 11)
TORCH = "torch>=2.10"

CPU_BUILDS = "https://download.pytorch.org/whl/cpu"
"""The index that pytorch.org names for builds without the libraries of NVIDIA's cards."""

_NOBODY_ANSWERS = (
    "NewConnectionError|NameResolution|Max retries|timed out|ProxyError|from versions: none"
)

SPACE_CPU, SPACE_CUDA = 3, 10
"""Gigabytes of disk, what pip keeps meanwhile included."""


class CannotInstall(Exception):
    """What is in the way, as a sentence, and what to do."""


def main(arguments=None):
    """Install into FOLDER/.venv what pip is told to, by default requirements.txt; see --help."""
    if hasattr(sys.stdout, "reconfigure"):  # a path may have letters that the terminal lacks
        sys.stdout.reconfigure(errors="backslashreplace")
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--folder", default=Path(__file__).resolve().parent, type=Path)
    parser.add_argument("--constraint", help="a file of versions, for pip")
    parser.add_argument("pip", nargs="*", help="what pip is to install, after --")
    chosen = parser.parse_args(arguments)
    folder = chosen.folder.resolve()
    wanted = chosen.pip or ["--requirement", str(folder / "requirements.txt")]
    versions = ["--constraint", chosen.constraint] if chosen.constraint else []
    try:
        install(folder, wanted, versions)
    except CannotInstall as problem:
        print("install: {}".format(problem), file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\ninstall: stopped by you; run the same command again to go on.", file=sys.stderr)
        return 130
    return 0


def install(folder, wanted, versions):
    """Make folder/.venv with `wanted` in `versions`, arguments of pip; or raise CannotInstall."""
    if sys.version_info < OLDEST_PYTHON:
        raise CannotInstall(
            "this is Python {}.{}, and 3.11 or newer is needed; run this with a newer one, for "
            "example python3.12 install.py.".format(*sys.version_info)
        )
    python = make_environment(folder)
    pip = Pip(python, folder / ".venv" / "install.log")
    has_torch = pip.has("torch")
    take_cpu_build = not has_torch and sys.platform == "linux" and not has_nvidia_card()
    if take_cpu_build:
        take_cpu_build = reachable(CPU_BUILDS + "/torch/")
        if not take_cpu_build:
            say(
                "no NVIDIA card is in sight, but PyTorch's index of smaller builds cannot be "
                "reached: pip takes its own choice, which may have 3 GB to download and use 6 GB "
                "of disk. It works as well."
            )
    if not has_torch:
        expect_space(folder, SPACE_CPU if take_cpu_build or sys.platform != "linux" else SPACE_CUDA)
    if take_cpu_build:
        say("no NVIDIA card is in sight: PyTorch's build for processors is taken.")
        # alone, so that nothing else comes from that index
        if pip.install(["--no-deps", *versions, TORCH], index=CPU_BUILDS):
            say("that build could not be installed; pip takes its own choice.")
    say("installing the packages into {} (a few minutes, once)".format(folder / ".venv"))
    problem = pip.install([*versions, *wanted])
    if problem:
        raise CannotInstall(problem)
    say("done.")


def make_environment(folder):
    """Make folder/.venv, if it is not there and whole; return its Python."""
    place = folder / ".venv"
    python = place / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    if python.exists() and not subprocess.call([str(python), "-c", "import pip"], **QUIET):
        return python
    expect_space(folder, 1)
    made = subprocess.run(
        [sys.executable, "-m", "venv", "--clear", str(place)], universal_newlines=True, **CAPTURED
    )
    if made.returncode == 0:
        return python
    if "ensurepip" in made.stdout:
        raise CannotInstall(
            "{} cannot make virtual environments; on Debian and Ubuntu install python3-venv first "
            "(sudo apt-get install python3-venv).".format(sys.executable)
        )
    said = made.stdout.strip().splitlines() or ["it gave no reason"]
    raise CannotInstall("{} cannot be made: {}.".format(place, said[-1]))


class Pip:
    """The pip of a virtual environment; all that it says is kept in `log`."""

    def __init__(self, python, log):
        self.python, self.log = python, log
        log.write_text("", encoding="utf-8")

    def has(self, package):
        """Return whether a package is there."""
        return not subprocess.call(
            [str(self.python), "-m", "pip", "show", "--quiet", package], **QUIET
        )

    def install(self, arguments, index=None):
        """Install, from one index alone if it is given; return what went wrong, or None."""
        only = {"PIP_INDEX_URL": index, "PIP_EXTRA_INDEX_URL": index} if index else {}
        command = [str(self.python), "-m", "pip", "install", "--progress-bar", "off"]
        process = subprocess.Popen(
            [*command, "--disable-pip-version-check", *arguments],
            env={**os.environ, **only},
            universal_newlines=True,
            encoding="utf-8",
            errors="replace",
            **CAPTURED,
        )
        line = StatusLine()
        lines = []
        with process, self.log.open("a", encoding="utf-8") as log:
            for text in process.stdout:
                log.write(text)
                lines.append(text.rstrip())
                line.show(text)
        line.end()
        return self.explain(lines) if process.returncode else None

    def explain(self, lines):
        """Return a sentence about why pip failed."""
        text = "\n".join(lines)
        whole = "The whole log is {}; when that is mended, run the same command again.".format(
            self.log
        )
        if "No space left" in text:
            return "the disk is full; make room there ({} GB do). {}".format(SPACE_CUDA, whole)
        if re.search(_NOBODY_ANSWERS, text):
            return (
                "the package registry (PyPI) cannot be reached; look at the network, or name "
                "yours in PIP_INDEX_URL. {}".format(whole)
            )
        said = [part for part in lines if part.startswith("ERROR: ")] or lines[-1:]
        said = said[-1][7:] if said and said[-1].startswith("ERROR: ") else "it gave no reason"
        return "pip failed: {}. {}".format(said.rstrip("."), whole)


class StatusLine:
    """One line that says what pip does at the moment; nothing where no person looks."""

    def __init__(self):
        self.began, self.done = time.time(), 0
        self.looks = sys.stdout.isatty()

    def show(self, text):
        words = text.split()
        if not words or words[0] not in ("Collecting", "Downloading", "Installing", "Using"):
            return
        self.done += words[0] == "Collecting"
        if self.looks:
            name = words[1].rpartition("/")[2] if len(words) > 1 else ""
            seconds = int(time.time() - self.began)
            line = "{}:{:02d}  {} packages  {} {} {}".format(
                *divmod(seconds, 60), self.done, words[0].lower(), name, " ".join(words[2:4])
            )
            print("\r" + line[:78].ljust(78), end="", flush=True)

    def end(self):
        if self.looks:
            print("\r" + " " * 78 + "\r", end="", flush=True)


def has_nvidia_card():
    """Return whether this machine has a graphics card of NVIDIA's, as Linux tells it."""
    if Path("/proc/driver/nvidia").exists() or shutil.which("nvidia-smi"):
        return True
    for vendor in Path("/sys/bus/pci/devices").glob("*/vendor"):
        try:
            kind = (vendor.parent / "class").read_text()
            if vendor.read_text().strip() == "0x10de" and kind.startswith("0x03"):
                return True
        except OSError:
            continue
    return False


def reachable(address):
    """Return whether an address answers within some seconds."""
    try:
        with urllib.request.urlopen(address, timeout=8):
            return True
    except (OSError, ValueError):
        return False


def expect_space(folder, gigabytes):
    """Raise CannotInstall where the disk has less room."""
    free = shutil.disk_usage(str(folder)).free / 1e9
    if free < gigabytes:
        raise CannotInstall(
            "the disk has {:.1f} GB free at {}, and {} GB are needed; make room and run the same "
            "command again.".format(free, folder, gigabytes)
        )


def say(text):
    print("install: {}".format(text), flush=True)


QUIET = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
CAPTURED = {"stdout": subprocess.PIPE, "stderr": subprocess.STDOUT}

if __name__ == "__main__":
    sys.exit(main())
