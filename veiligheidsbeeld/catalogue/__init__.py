"""What there is, for who asks: a catalogue for portals, a contract per dataset, a register of processing, a dictionary.

All of it follows from the contracts and from what the database says of its own tables; nothing is written twice.
"""

from veiligheidsbeeld.catalogue.write import folder, write

__all__ = ["folder", "write"]
