"""Large libraries, imported at once."""

from __future__ import annotations

import gc
import importlib
import warnings
from types import ModuleType


def load(*names: str) -> list[ModuleType]:
    """The modules of these names.

    The garbage collector rests meanwhile: with the 2,300 modules of Great Expectations coming in it would cost a fourth
    of the time. What libraries say of each other while they are imported is for their makers.
    """
    collecting = gc.isenabled()
    gc.disable()
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return [importlib.import_module(name) for name in names]
    finally:
        if collecting:
            gc.enable()
