"""Computes a power in C, where no interrupt of Python arrives."""


def double(x):
    return pow(7, 7**50_000, 7**400_000 + 2)
