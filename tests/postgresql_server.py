"""Debian's PostgreSQL server in a temporary folder, reached through a Unix socket."""

import os
import pwd
import shutil
import subprocess
import tempfile
from pathlib import Path

_PROGRAMS = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: path.parts[-2])


def why_no_server() -> str | None:
    """Return why no server can be started here; None if one can."""
    if not _PROGRAMS or not (_PROGRAMS[-1] / "initdb").exists():
        return "Debian's package postgresql is not installed"
    if os.geteuid() == 0 and shutil.which("setpriv") is None:
        return "PostgreSQL does not run as root, and setpriv is not there to change the user"
    return None


class Server:
    """A server without a network port; everybody on this machine may log in as `ta`."""

    def __init__(self) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="pg-", dir="/tmp"))  # a socket's name is short
        self._as_user: list[str] = []
        if os.geteuid() == 0:
            user = pwd.getpwnam("nobody")
            os.chown(self.folder, user.pw_uid, user.pw_gid)
            ids = (f"--reuid={user.pw_uid}", f"--regid={user.pw_gid}")
            self._as_user = ["setpriv", *ids, "--clear-groups"]
        self._data = str(self.folder / "data")
        self._call("initdb", "-D", self._data, "-U", "ta", "-A", "trust", "-E", "UTF8", "--no-sync")

    def start(self) -> None:
        options = f"-k {self.folder} -c listen_addresses='' -c fsync=off"
        log = str(self.folder / "log")
        self._call("pg_ctl", "-D", self._data, "-w", "-t", "120", "-l", log, "-o", options, "start")

    def stop(self) -> None:
        self._call("pg_ctl", "-D", self._data, "-w", "-m", "immediate", "stop")

    def remove(self) -> None:
        shutil.rmtree(self.folder)

    def new_database(self, name: str, like: str = "template1") -> str:
        """Create a database, a copy of the one called `like`; return its URL."""
        self._call("createdb", "-h", str(self.folder), "-U", "ta", "-T", like, name)
        return f"postgresql+psycopg://ta@/{name}?host={self.folder}"

    def _call(self, program: str, *arguments: str) -> None:
        # The server inherits what pg_ctl writes to: a file, as a pipe would never end.
        with (self.folder / "said").open("w") as said:
            command = [*self._as_user, str(_PROGRAMS[-1] / program), *arguments]
            done = subprocess.run(
                command,
                cwd=self.folder,
                stdin=subprocess.DEVNULL,
                stdout=said,
                stderr=said,
                timeout=180,
            )
        assert done.returncode == 0, (self.folder / "said").read_text()
