"""Faults on purpose, one after another, and what came of each: nothing lost, nothing half, nobody needed."""
