"""Names of Python are English; Dutch stands in strings, which reach data and Dutch readers.

Held are the names that somebody chose: of modules, functions, classes, parameters, variables and attributes. A field of
a contract or of a kept record is a key of YAML or JSON, and so data. Other names that carry a key of the data through,
and what is still to be renamed, stand in `dutch_names.txt`; that list may only shrink.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from veiligheidsbeeld.settings import PROJECT

ROOMS = ("veiligheidsbeeld", "sandbox", "dags", "expectations")
DUTCH = frozenset(Path(__file__).with_name("dutch_words.txt").read_text(encoding="utf-8").split())
# Bases of classes of which a field is a key of YAML or JSON.
_KEPT = {"Strict", "Contract", "Struct", "BaseModel"}


def words(name: str) -> set[str]:
    return {word.lower() for word in re.findall(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])", name)}


def kept(node: ast.ClassDef, kept_classes: set[str]) -> bool:
    bases = {base.attr if isinstance(base, ast.Attribute) else getattr(base, "id", "") for base in node.bases}
    return bool(bases & (_KEPT | kept_classes))


def names(tree: ast.Module) -> Iterator[str]:
    """Every name that a module gives to something, but for fields of contracts and records."""
    kept_classes: set[str] = set()
    fields: set[int] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.ClassDef) and kept(node, kept_classes):
            kept_classes.add(node.name)
            fields |= {id(item.target) for item in node.body if isinstance(item, ast.AnnAssign)}
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            yield node.name
        elif isinstance(node, ast.arg):
            yield node.arg
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store) and id(node) not in fields:
            yield node.id
        elif isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store):
            yield node.attr
        elif isinstance(node, ast.alias) and node.asname:
            yield node.asname


def dutch(text: str) -> set[str]:
    return {name for name in names(ast.parse(text)) if words(name) & DUTCH}


def found() -> set[str]:
    modules = [path for room in ROOMS for path in (PROJECT / room).rglob("*.py")]
    stems = {path.stem for path in modules if words(path.stem) & DUTCH}
    return stems.union(*(dutch(path.read_text(encoding="utf-8")) for path in modules))


def exceptions() -> set[str]:
    lines = Path(__file__).with_name("dutch_names.txt").read_text(encoding="utf-8").splitlines()
    return {name for line in lines if not line.startswith("#") for name in line.split()}


def test_dutch_names_are_seen_wherever_they_are_given():
    seen = dutch(
        "def f(golf, *, aantal_x=1):\n  Waarde = [rij for rij in golf]\n  f.Kolom = 1\nclass GebiedCode: pass\n"
    )
    assert seen == {"golf", "aantal_x", "Waarde", "rij", "Kolom", "GebiedCode"}
    assert dutch("class Vast(Strict):\n  naam: str\n") == set()
    assert dutch("class Loose:\n  naam: str\n") == {"naam"}


def test_python_names_are_english_and_the_exceptions_only_shrink():
    given, known = found(), exceptions()
    assert given - known == set(), "give these an English name"
    assert known - given == set(), "these are gone: take them off tests/dutch_names.txt"
