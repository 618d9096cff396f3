"""Replaces the kernel's do_execute by one that answers ok without running anything.

Costs: a kernel that does not do what it is asked cannot be tested on triple either.
"""

kernel = get_ipython().kernel


async def do_execute(code, silent, *args, **kwargs):
    kernel.shell.execution_count += 1
    return {
        "status": "ok",
        "execution_count": kernel.shell.execution_count,
        "payload": [],
        "user_expressions": {},
    }


kernel.do_execute = do_execute
