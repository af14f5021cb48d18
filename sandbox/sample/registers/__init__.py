"""The sample's drop folder: registers as municipalities and partnerships would send them. Nothing in it is real."""

from sandbox.sample.registers.drop import write_drop

__all__ = ["write_drop"]
