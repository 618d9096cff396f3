"""A checkpoint that runs a command when it is unpickled."""

import os

import torch


class Trap:
    def __reduce__(self):
        return os.system, ("echo unpickled > /box/public/canary.txt",)


def checkpoint(path):
    torch.save({"0.weight": torch.zeros(16, 784), "trap": Trap()}, path)
