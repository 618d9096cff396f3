"""A kernel client that is quick with a fresh kernel and holds little of what one floods us with.

Jupyter's own client ends its wait with 0.2 seconds of silence, of which a notebook that runs for a
second would notice something. Here the wait ends with the message that ends the kernel's answer.
"""

import time
from queue import Empty

import zmq.asyncio
from jupyter_client.asynchronous.client import AsyncKernelClient
from traitlets import default

_ANSWER_SECONDS = 1.0
"""Until a question is asked again: the first ones may go to a kernel that does not listen yet."""

_SILENCE_SECONDS = 0.05
"""Until our side is taken for one that does not hear the kernel's output yet."""

_RECONNECT_MILLISECONDS = 5
"""Between two attempts to reach a kernel that does not listen yet; ZeroMQ waits 100 otherwise."""

_LONGEST_MESSAGE = 64 << 20
"""Bytes of one message of a kernel. A longer one ends the connection it comes on."""

_MESSAGES = 100
"""Messages that may wait on our side of a connection."""


class GradersClient(AsyncKernelClient):
    """An AsyncKernelClient whose `wait_for_ready` returns when the kernel is idle."""

    @default("context")
    def _our_context(self) -> zmq.asyncio.Context:
        context = self._context_default()
        for option, value in (
            (zmq.RECONNECT_IVL, _RECONNECT_MILLISECONDS),
            (zmq.MAXMSGSIZE, _LONGEST_MESSAGE),
            (zmq.RCVHWM, _MESSAGES),
        ):
            context.setsockopt(option, value)
        return context

    async def wait_for_ready(self, timeout: float | None = None) -> None:
        """Return when the kernel has answered and our side hears its output.

        Raises RuntimeError, as Jupyter's does, when the kernel has died or `timeout` seconds pass.
        """
        ends = time.monotonic() + (float("inf") if timeout is None else timeout)
        while not await self._answers():
            if not await self._async_is_alive():
                raise RuntimeError("Kernel died before replying to kernel_info")
            if time.monotonic() > ends:
                raise RuntimeError(f"Kernel didn't respond in {timeout:g} seconds")

    async def _answers(self) -> bool:
        """Ask who the kernel is; return whether its answer and its becoming idle were heard."""
        question = self.kernel_info()
        try:
            reply = await self.shell_channel.get_msg(timeout=_ANSWER_SECONDS)
            if reply["msg_type"] != "kernel_info_reply":
                return False
            self._handle_kernel_info_reply(reply)
            while True:
                said = await self.iopub_channel.get_msg(timeout=_SILENCE_SECONDS)
                ours = said["parent_header"].get("msg_id") == question
                if ours and said["content"].get("execution_state") == "idle":
                    return True
        except Empty:
            return False
