"""Let networks that never saw a font's family read its letters, to tell what is legible."""

from collections.abc import Sequence

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn
from torch.nn import functional

BATCH = 256


def train_network(
    images: NDArray[np.uint8],
    labels: NDArray[np.integer],
    epochs: int = 10,
    width: int = 1024,
    seed: int = 0,
    smoothing: float = 0.0,
    jitter: bool = False,
) -> nn.Sequential:
    """Return a fully connected network 784-width-width-10 trained on images (n, 28, 28).

    Dropout, AdamW (Loshchilov and Hutter, 2019) and the one-cycle schedule (Smith, 2018).
    `smoothing` is that of the labels; `jitter` shows every image a little moved and distorted, a
    new way each time, which takes twice as long and reads unseen designs better.
    """
    torch.manual_seed(seed)
    network = nn.Sequential(
        nn.Flatten(),
        nn.Dropout(0.1),
        nn.Linear(784, width),
        nn.ReLU(),
        nn.Dropout(0.4),
        nn.Linear(width, width),
        nn.ReLU(),
        nn.Dropout(0.4),
        nn.Linear(width, 10),
    )
    pixels, targets = torch.from_numpy(images), torch.from_numpy(labels.astype(np.int64))
    steps = max(1, len(images) // BATCH)
    optimizer = torch.optim.AdamW(network.parameters(), weight_decay=0.05)
    schedule = torch.optim.lr_scheduler.OneCycleLR(
        optimizer, max_lr=2e-3, total_steps=epochs * steps, pct_start=0.25
    )
    network.train()
    for _ in range(epochs):
        order = torch.randperm(len(images))
        for start in range(0, steps * BATCH, BATCH):
            batch = order[start : start + BATCH]
            inputs = _inputs(pixels[batch])
            logits = network(_jittered(inputs) if jitter else inputs)
            loss = functional.cross_entropy(logits, targets[batch], label_smoothing=smoothing)
            optimizer.zero_grad(set_to_none=True)
            loss.backward()
            optimizer.step()
            schedule.step()
    return network.eval()


def _jittered(inputs: torch.Tensor) -> torch.Tensor:
    """Scale by up to 6 %, shear by up to 12 and 6 %, move by up to 0.84 pixels; (n, 28, 28)."""
    reach = torch.tensor([[0.06, 0.12, 0.06], [0.06, 0.06, 0.06]])
    shift = (torch.rand(len(inputs), 2, 3) * 2 - 1) * reach
    maps = torch.tensor([[1.0, 0.0, 0.0], [0.0, 1.0, 0.0]]) + shift
    grid = functional.affine_grid(maps, [len(inputs), 1, 28, 28], align_corners=False)
    # Around the image lies black, which is -0.5; grid_sample would put 0 there.
    moved = functional.grid_sample((inputs + 0.5)[:, None], grid, align_corners=False)
    return moved[:, 0] - 0.5


def read(network: nn.Module, images: NDArray[np.uint8]) -> NDArray[np.float32]:
    """Return the network's probabilities (n, 10) for images (n, 28, 28)."""
    with torch.inference_mode():
        parts = [
            network(_inputs(torch.from_numpy(images[start : start + 4096]))).softmax(1)
            for start in range(0, len(images), 4096)
        ]
    return torch.cat(parts).numpy() if parts else np.zeros((0, 10), np.float32)


def accuracy(network: nn.Module, images: NDArray[np.uint8], labels: NDArray[np.integer]) -> float:
    """Return the share of images (n, 28, 28) that the network reads as their label."""
    return float((read(network, images).argmax(1) == labels).mean())


def cross_read(
    images: NDArray[np.uint8],
    labels: NDArray[np.integer],
    folds: Sequence[int] | NDArray[np.integer],
    train_on: NDArray[np.bool_] | None = None,
    epochs: int = 6,
    width: int = 512,
) -> NDArray[np.float32]:
    """Return probabilities (n, 10), each image read by a network trained on the other folds.

    `train_on` (n,) bool says which images may be trained on; all are read.
    """
    folds = np.asarray(folds)
    allowed = np.ones(len(images), bool) if train_on is None else train_on
    result = np.zeros((len(images), 10), np.float32)
    for fold in np.unique(folds):
        inside = folds == fold
        chosen = ~inside & allowed
        network = train_network(images[chosen], labels[chosen], epochs, width, seed=int(fold))
        result[inside] = read(network, images[inside])
    return result


def _inputs(pixels: torch.Tensor) -> torch.Tensor:
    """Return pixels uint8 (n, 28, 28) as float32 in [-0.5, 0.5]."""
    return (pixels.float() - 127.5) / 255
