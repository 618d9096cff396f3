"""Lets the judge wait for the connection until just before its patience ends."""

import time

kernel = get_ipython().kernel
original = kernel.do_execute


async def do_execute(code, silent, *args, **kwargs):
    if silent:
        time.sleep(4)
    return await original(code, silent, *args, **kwargs)


kernel.do_execute = do_execute
