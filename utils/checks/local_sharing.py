"""Does a recorded network treat neighbouring pixels alike, as a convolution or pooling does?

The operations run again on one image, of which a single pixel is changed at a time. So it shows for
each value on the way which pixels move it. In a fully connected network that is one pixel, before
the first layer, or nearly all of them, behind it. A value that a few pixels move, and that no layer
has made, is a convolution or a pooling written out, whether its factors have names, are constants,
or are not there at all. Pixels that move a value little beside others do not count: the mean of the
image is in every standardized pixel.

A product with a matrix may leave values of a few pixels, too: the matrix of a network that was
pruned, whose numbers all differ, or of a convolution, in which few numbers repeat.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace

import torch
from torch import Tensor

from utils.checks.common import fail
from utils.checks.fully_connected import BATCH, PRODUCTS, Replay, Step
from utils.checks.recording import Recording

MOST_PIXELS = 200
"""A value that so many of the 784 pixels move, or fewer, is a local one."""
LEAST_SHARE = 0.05
"""So large a share of local values is told; less may be a few features of a student's own."""
LEAST_PLACES = 16
"""So many local values are told; fewer are statistics of a whole image."""
LEAST_MOVES = (0.02, 0.3)
"""A pixel counts from this part of what the strongest one does; each is tried."""
_NORMALIZATION = (
    "native_layer_norm",
    "_softmax",
    "_log_softmax",
    "_safe_softmax",
    "_fused_rms_norm",
)


def expect_nothing_shared(recording: Recording, weights: dict[str, Tensor], task: str) -> None:
    """Fail `task` if values of few pixels arise in another way than by a layer's own weights."""
    watch = _Watch()
    for _ in range(2):  # the second time it is known how far each value moves at most
        for batch in _changed_images():
            watch.begin()
            with torch.no_grad():
                Replay(recording, weights, task, watch.see).run(batch)
        watch.next_time()
    for least in range(len(LEAST_MOVES)):
        watch.judge(task, least)


def _changed_images() -> Iterator[Tensor]:
    """Yield batches (`BATCH`, 784): first the image, then the same with another pixel changed."""
    generator = torch.Generator().manual_seed(20)
    # apart from 0 and changed across it, so that a threshold or a size tells as well as a product
    image = 0.2 + 0.2 * torch.rand(784, generator=generator)
    image *= 1 - 2 * torch.randint(0, 2, (784,), generator=generator)
    changed = torch.where(image < 0, 0.45, -0.15)
    image[0], image[-1] = 0.5, -0.5  # these stay the largest and the smallest, and are not changed
    for start in range(1, 783, BATCH - 1):
        pixels = torch.arange(start, min(783, start + BATCH - 1))
        batch = image.repeat(BATCH, 1)
        batch[1 + pixels - start, pixels] = changed[pixels]
        yield batch


@dataclass
class _Seen:
    """One operation, and for each unit of its result how far and by how many pixels it moved."""

    step: Step
    most: Tensor
    counts: list[Tensor]


class _Watch:
    """Looks on while the operations run again."""

    def __init__(self) -> None:
        self._seen: list[_Seen] = []
        self._number = self._time = 0

    def begin(self) -> None:
        """Begin with the operations again, for other pixels."""
        self._number = 0

    def next_time(self) -> None:
        self._time += 1

    def see(self, step: Step) -> None:
        """Take in the result of one operation."""
        moved = _moved(step.result) if step.moves and isinstance(step.result, Tensor) else None
        if self._number == len(self._seen):
            none = torch.zeros(0 if moved is None else moved.shape[1])
            self._seen.append(_Seen(replace(step, result=None), none, [none for _ in LEAST_MOVES]))
        known = self._seen[self._number]
        self._number += 1
        if moved is None:
            return
        if self._time == 0:
            known.most = torch.maximum(known.most, moved.amax(0))
            return
        for number, least in enumerate(LEAST_MOVES):
            # a unit that hardly moves beside the others tells nothing
            far = torch.maximum(known.most, known.most.median())
            counted = (moved >= least * far) & (moved > 0)
            known.counts[number] = known.counts[number] + counted.sum(0)

    def judge(self, task: str, least: int) -> None:
        """Fail `task` if an operation makes local values of values of single pixels."""
        mixed: dict[int, bool] = {}
        for seen in self._seen:
            step, count = seen.step, seen.counts[least]
            few = (count >= 2) & (count <= MOST_PIXELS)
            is_local = _share(few) > LEAST_SHARE and int(few.sum()) >= LEAST_PLACES
            was_mixed = any(mixed.get(number, False) for number in step.inputs)
            mixed |= dict.fromkeys(step.outputs, _share(count >= 2) > 0.5)
            if not is_local or was_mixed or step.name in _NORMALIZATION:
                continue
            if step.name in PRODUCTS and (least > 0 or not step.repeats):
                continue
            fail(
                task,
                f"{step.place}: it makes values of about {int(count[few].median())} pixels each, "
                "in the same way at many places of an image, as a convolution or pooling does. In "
                "a fully connected layer each unit sees the whole layer before, over weights of "
                "its own.",
            )


def _share(which: Tensor) -> float:
    return float(which.float().mean()) if which.numel() else 0.0


def _moved(value: Tensor) -> Tensor | None:
    """Return how far each change moves each unit, (`BATCH` - 1, units); None without rows."""
    if value.ndim and value.shape[0] and value.shape[0] % BATCH == 0:
        rows = value.reshape(BATCH, -1)
    elif BATCH in value.shape:
        rows = value.movedim(value.shape.index(BATCH), 0).reshape(BATCH, -1)
    else:
        return None
    return (rows[1:].float() - rows[:1].float()).abs().nan_to_num(0.0)
