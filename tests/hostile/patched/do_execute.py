"""Replaces the kernel's do_execute by one that answers ok without running anything."""

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
