"""Binding: which code of a source stands for which indicator, trait, region or column, found by the source's titles.

Codes and suffixes are the source's to change; what it says in words is what people reviewed. Nothing here knows a code
beforehand. Why: docs/decisions/0023-binding-by-title.md.
"""
