"""Seeded streams of random numbers, one per key, so that no cell depends on what else is generated."""

from __future__ import annotations

import hashlib

import numpy as np


def stream(seed: int, *key: object) -> np.random.Generator:
    """The generator that belongs to `key`; the same seed and key give the same numbers on every machine."""
    text = "|".join(map(str, (seed, *key)))
    digest = hashlib.blake2b(text.encode(), digest_size=16).digest()
    return np.random.Generator(np.random.PCG64(int.from_bytes(digest, "little")))
