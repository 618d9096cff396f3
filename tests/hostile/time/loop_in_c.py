"""Computes a power in C, where no interrupt of Python arrives."""


def double(x):
    return pow(7, 7**11, 7**400_000)
