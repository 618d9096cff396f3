"""The arguments of bubblewrap (https://github.com/containers/bubblewrap) for one sandbox."""

from collections.abc import Iterable, Mapping
from pathlib import Path, PurePosixPath

from coursekit.sandbox.limits import Limits
from coursekit.sandbox.python_view import PythonView
from coursekit.sandbox.view import WORK, View

MATPLOTLIB = "/tmp/matplotlib"
"""Where Matplotlib keeps what it found out."""

_SYSTEM = ("/usr", "/bin", "/sbin", "/lib", "/lib32", "/lib64", "/libx32")
_SETTINGS = (
    "/etc/alternatives",
    "/etc/fonts",
    "/etc/ld.so.cache",
    "/etc/ld.so.conf",
    "/etc/ld.so.conf.d",
    "/etc/localtime",
    "/etc/timezone",
)
"""What libraries read in /etc. The rest of it is the host's own affair."""


def bubblewrap_arguments(
    view: View,
    python: PythonView,
    limits: Limits,
    environment: Mapping[str, str],
    *,
    user: int,
    drops_user: bool,
    files: Mapping[str, int],
    system_calls: int | None,
) -> list[str]:
    """Return what `bwrap` is to be told, before the command, so that it sees `view` alone.

    `user` is the number that the program runs as. With `drops_user`, bubblewrap runs as root and
    the command is trusted to become `user` itself and to give up system calls; otherwise a user
    namespace shows the present user under that number, and the filter that is read from descriptor
    `system_calls` holds for bubblewrap as well, as the program could take over its process.
    `files` are small files: where they lie, and a descriptor to read them from.
    """
    arguments = [
        *("--unshare-ipc", "--unshare-pid", "--unshare-net", "--unshare-uts"),
        *("--unshare-cgroup-try", "--die-with-parent", "--new-session", "--cap-drop", "ALL"),
        *("--hostname", "sandbox"),
    ]
    if drops_user:
        arguments += ["--cap-add", "CAP_SETUID", "--cap-add", "CAP_SETGID"]
    else:
        arguments += ["--unshare-user", "--uid", str(user), "--gid", str(user)]
        if system_calls is not None:
            arguments += ["--seccomp", str(system_calls)]

    points = (
        *(inside for _, inside in (*python.read_only, *view.read_only, *view.writable)),
        *(link for _, link in python.links),
        *files,
        *_SETTINGS,
    )
    for folder in _folders_above(points):
        arguments += ["--perms", "0755", "--dir", folder]
    for path in map(Path, _SYSTEM):
        if path.is_symlink():
            arguments += ["--symlink", str(path.readlink()), str(path)]
        elif path.is_dir():
            arguments += ["--ro-bind", str(path), str(path)]
    for setting in _SETTINGS:
        arguments += ["--ro-bind-try", setting, setting]

    scratch = ("--perms", "1777", "--size", str(limits.scratch_bytes), "--tmpfs")
    arguments += ["--proc", "/proc", "--dev", "/dev", *scratch, "/dev/shm", *scratch, "/tmp"]

    arguments += ["--perms", "1777", "--dir", MATPLOTLIB]
    for path in python.font_lists:
        arguments += ["--ro-bind", str(path), f"{MATPLOTLIB}/{path.name}"]
    for host, inside in python.read_only:
        arguments += ["--ro-bind", str(host), inside]
    for folder in python.emptied:
        arguments += ["--perms", "0000", "--tmpfs", folder, "--remount-ro", folder]
    for target, link in python.links:
        arguments += ["--symlink", target, link]
    for inside, descriptor in files.items():
        arguments += ["--perms", "0444", "--ro-bind-data", str(descriptor), inside]

    arguments += ["--bind", str(view.work), WORK]
    for host, inside in view.writable:
        arguments += ["--bind", str(host), inside]
    for host, inside in view.read_only:
        arguments += ["--ro-bind", str(host), inside]
    # the folders that bubblewrap made to mount these on would hold files too, without a limit
    arguments += ["--remount-ro", "/dev", "--remount-ro", "/", "--clearenv"]

    for name, value in environment.items():
        arguments += ["--setenv", name, value]
    return arguments


def _folders_above(paths: Iterable[str]) -> list[str]:
    """Return the folders that `paths` lie in, outermost first, but those that are mounted.

    Bubblewrap would make them so that only root may enter.
    """
    above = {str(folder) for path in paths for folder in PurePosixPath(path).parents}
    mounted = ("/", "/tmp", "/dev", WORK, *_SYSTEM)
    return sorted(
        folder
        for folder in above
        if folder not in mounted
        and not folder.startswith((*(f"{top}/" for top in _SYSTEM), f"{WORK}/"))
    )
