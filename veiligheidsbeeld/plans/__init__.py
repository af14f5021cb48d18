"""The plans of the regions as data: every point of every plan, how it is measured, and the goals that follow."""
