"""Blocks the kernel's event loop from inside, so that it answers no request.

Costs: every fresh kernel that runs this cell is blocked as well.
"""

import asyncio
import time


async def block():
    time.sleep(3600)


asyncio.get_event_loop().create_task(block())
