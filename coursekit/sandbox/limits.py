"""How much a sandboxed program may use."""

import resource
from dataclasses import dataclass

_MIB = 1 << 20
_GIB = 1 << 30


@dataclass(frozen=True)
class Limits:
    """What one sandbox may use, from its start to its end.

    The defaults leave room for PyTorch, scikit-learn and Matplotlib together, which need up to 1 GB
    of private memory and about 15 threads.
    """

    memory_bytes: int = 4 * _GIB
    """Private memory that each process may ask for, beyond what a warm start gave it, and memory
    that all of them together hold."""
    address_bytes: int = 64 * _GIB
    """Addresses of one process. They cost next to nothing, and PyTorch's CUDA build alone maps 4 GB
    of libraries, so this bounds no memory; it bounds the tables that the kernel keeps of them."""
    processes: int = 256
    """Processes and threads alive at one time (the kernel counts both)."""
    file_bytes: int = 512 * _MIB
    """Size of one file."""
    folder_bytes: int = 1 * _GIB
    """Everything in the folders that the program may write to, deleted but open files included."""
    folder_entries: int = 50_000
    """Files and folders there."""
    scratch_bytes: int = 512 * _MIB
    """Size of `/tmp` and, separately, of `/dev/shm`; both live in memory."""
    open_files: int = 1024
    """Open file descriptors of one process."""
    waiting_signals: int = 1024
    """Signals and timers that wait at one time; without it, all of the user's could be used up."""
    cpu_seconds: int = 3600
    """Processor time of one process."""
    wall_seconds: float = 7200.0
    """Time from start to end."""

    def resource_limits(self) -> dict[int, int]:
        """Return the limits that the operating system enforces, by `resource.RLIMIT_*` number."""
        return {
            resource.RLIMIT_AS: self.address_bytes,
            resource.RLIMIT_CORE: 0,
            resource.RLIMIT_CPU: self.cpu_seconds,
            resource.RLIMIT_DATA: self.memory_bytes,
            resource.RLIMIT_FSIZE: self.file_bytes,
            resource.RLIMIT_MEMLOCK: 64 * 1024,
            resource.RLIMIT_MSGQUEUE: 0,
            resource.RLIMIT_NOFILE: self.open_files,
            resource.RLIMIT_NPROC: self.processes,
            resource.RLIMIT_SIGPENDING: self.waiting_signals,
        }
