"""The system calls that a sandboxed program is refused, as a BPF program for seccomp.

Written by hand, so that nothing has to be installed. Numbers are from Linux's
`arch/x86/entry/syscalls/syscall_64.tbl` and `include/uapi/asm-generic/unistd.h`; the layout of the
data and the instructions is in `seccomp(2)` and `linux/bpf_common.h`.
"""

import errno
import platform
import struct

_LOAD = 0x20  # BPF_LD | BPF_W | BPF_ABS
_IF_EQUAL = 0x15  # BPF_JMP | BPF_JEQ | BPF_K
_IF_AT_LEAST = 0x35  # BPF_JMP | BPF_JGE | BPF_K
_IF_ANY_BIT = 0x45  # BPF_JMP | BPF_JSET | BPF_K
_RETURN = 0x06  # BPF_RET | BPF_K

_ALLOW = 0x7FFF0000  # SECCOMP_RET_ALLOW
_KILL_PROCESS = 0x80000000  # SECCOMP_RET_KILL_PROCESS
_FIRST_ARGUMENT = 16  # its lower half, on little-endian machines
_THIRD_ARGUMENT = 32
_CLONE3 = 435
_NEW_NAMESPACES = 0x7E020000  # CLONE_NEWNS, NEWCGROUP, NEWUTS, NEWIPC, NEWUSER, NEWPID, NEWNET
_AF_UNIX, _AF_INET, _AF_INET6, _AF_NETLINK = 1, 2, 10, 16
_NETLINK_ROUTE = 0

NEWEST_REVIEWED = 469
"""`file_setattr`, of Linux 6.17. Newer calls, and x32's numbers for the old ones, do not exist."""

# column of the table below, AUDIT_ARCH_*, clone, socket
_MACHINES = {
    "x86_64": (0, 0xC000003E, 56, 41),
    "aarch64": (1, 0xC00000B7, 220, 198),
}

# name: (x86_64, aarch64); None where that machine has no such call
_REFUSED: dict[str, tuple[int | None, int | None]] = {
    # other processes' memory and descriptors
    "ptrace": (101, 117),
    "process_vm_readv": (310, 270),
    "process_vm_writev": (311, 271),
    "process_madvise": (440, 440),
    "kcmp": (312, 272),
    "pidfd_getfd": (438, 438),
    # other views of the file system
    "mount": (165, 40),
    "umount2": (166, 39),
    "pivot_root": (155, 41),
    "chroot": (161, 51),
    "open_tree": (428, 428),
    "move_mount": (429, 429),
    "fsopen": (430, 430),
    "fsconfig": (431, 431),
    "fsmount": (432, 432),
    "fspick": (433, 433),
    "mount_setattr": (442, 442),
    "open_tree_attr": (467, 467),
    "statmount": (457, 457),
    "listmount": (458, 458),
    "name_to_handle_at": (303, 264),
    "open_by_handle_at": (304, 265),
    "fanotify_init": (300, 262),
    "quotactl": (179, 60),
    "quotactl_fd": (443, 443),
    # other namespaces
    "unshare": (272, 97),
    "setns": (308, 268),
    # parts of the kernel where its holes have been, and that no notebook needs
    "bpf": (321, 280),
    "userfaultfd": (323, 282),
    "perf_event_open": (298, 241),
    "io_uring_setup": (425, 425),
    "io_uring_enter": (426, 426),
    "io_uring_register": (427, 427),
    "add_key": (248, 217),
    "request_key": (249, 218),
    "keyctl": (250, 219),
    "vmsplice": (278, 75),
    "memfd_secret": (447, 447),
    "lsm_set_self_attr": (460, 460),
    "modify_ldt": (154, None),
    # System V memory, queues: what they hold is in nobody's folder and outlives its maker
    "shmget": (29, 194),
    "msgget": (68, 186),
    "semget": (64, 190),
    # what is counted for the machine or, graded by an ordinary user, for all that this one runs
    "io_setup": (206, 0),
    "inotify_init": (253, None),
    "inotify_init1": (294, 26),
    # the machine
    "kexec_load": (246, 104),
    "kexec_file_load": (320, 294),
    "init_module": (175, 105),
    "finit_module": (313, 273),
    "delete_module": (176, 106),
    "reboot": (169, 142),
    "swapon": (167, 224),
    "swapoff": (168, 225),
    "acct": (163, 89),
    "syslog": (103, 116),
    "settimeofday": (164, 170),
    "clock_settime": (227, 112),
    "adjtimex": (159, 171),
    "clock_adjtime": (305, 266),
    "sethostname": (170, 161),
    "setdomainname": (171, 162),
    "iopl": (172, None),
    "ioperm": (173, None),
}


def refusing_program(machine: str = platform.machine()) -> bytes:
    """Return the BPF program for `machine`, 8 bytes an instruction; empty for one we do not know.

    Refused calls fail with EPERM, those that nobody has reviewed yet with ENOSYS, as on a kernel
    that does not have them. New namespaces are refused whichever call asks for them, and
    sockets but those of the file system and the Internet, of which the sandbox has only a loopback
    device of its own: virtual machine sockets, for example, reach through a network namespace.
    Lists of network devices (netlink's routes) are allowed, as ZeroMQ ends a process without them.
    """
    if machine not in _MACHINES:
        return b""
    column, architecture, clone, socket = _MACHINES[machine]
    refused = [numbers[column] for numbers in _REFUSED.values()]
    program = [
        _instruction(_LOAD, 4),
        _instruction(_IF_EQUAL, architecture, if_true=1),
        _instruction(_RETURN, _KILL_PROCESS),
        _instruction(_LOAD, 0),
        _instruction(_IF_AT_LEAST, NEWEST_REVIEWED + 1, if_false=1),
        _instruction(_RETURN, _failing(errno.ENOSYS)),
    ]
    for number in refused:
        if number is not None:
            program += [
                _instruction(_IF_EQUAL, number, if_false=1),
                _instruction(_RETURN, _failing(errno.EPERM)),
            ]
    program += [
        # its flags lie in memory, where a filter cannot look; libraries then fall back on clone
        _instruction(_IF_EQUAL, _CLONE3, if_false=1),
        _instruction(_RETURN, _failing(errno.ENOSYS)),
        _instruction(_IF_EQUAL, clone, if_false=4),
        _instruction(_LOAD, _FIRST_ARGUMENT),
        _instruction(_IF_ANY_BIT, _NEW_NAMESPACES, if_false=1),
        _instruction(_RETURN, _failing(errno.EPERM)),
        _instruction(_RETURN, _ALLOW),
        _instruction(_IF_EQUAL, socket, if_false=8),
        _instruction(_LOAD, _FIRST_ARGUMENT),
        _instruction(_IF_EQUAL, _AF_UNIX, if_true=6),
        _instruction(_IF_EQUAL, _AF_INET, if_true=5),
        _instruction(_IF_EQUAL, _AF_INET6, if_true=4),
        _instruction(_IF_EQUAL, _AF_NETLINK, if_false=2),
        _instruction(_LOAD, _THIRD_ARGUMENT),
        _instruction(_IF_EQUAL, _NETLINK_ROUTE, if_true=1),
        _instruction(_RETURN, _failing(errno.EAFNOSUPPORT)),
        _instruction(_RETURN, _ALLOW),
    ]
    return b"".join(program)


def _instruction(code: int, value: int, *, if_true: int = 0, if_false: int = 0) -> bytes:
    """Return one instruction; the last two say how many to skip."""
    return struct.pack("=HBBI", code, if_true, if_false, value)


def _failing(number: int) -> int:
    return 0x00050000 | number  # SECCOMP_RET_ERRNO
