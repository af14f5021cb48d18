"""What a card of a binding comes with: a file that people complete and hand back with `contracts accept`."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import yaml
from pydantic import Field

from veiligheidsbeeld.binding.aliases import Alias, Aliases, MeasureAlias, load_aliases, write_aliases
from veiligheidsbeeld.binding.bind import MEASURE, RED, Bound
from veiligheidsbeeld.binding.titles import normal
from veiligheidsbeeld.contracts.head import Strict
from veiligheidsbeeld.contracts.reading import read_model
from veiligheidsbeeld.errors import ConfigurationError

FOLDER = "koppelingen"

_HEADER = """\
# De koppeling van {dataset} aan de titels van de bron moet worden nagekeken.
# Vul in en neem aan met:  veiligheidsbeeld contracts accept {path}
# Daarna: veiligheidsbeeld load {dataset}, validate {dataset}, merge {dataset} (of wacht op de volgende run).
#
# te_koppelen  wat niet, of niet eenduidig, is gevonden: zet bij `pad` de titels van de bron (groepen, dan eigen titel)
# nieuw        paden die er eerder niet waren: zet bij `betekent` een indicator, of laat leeg als het pad niet nodig is
# verdwenen    paden die er eerder waren: ter kennisneming
"""


class Question(Strict):
    """One thing to decide; `kandidaten` are paths of the source that might be meant."""

    dimensie: str = MEASURE
    betekent: str | None = None
    pad: list[str] = Field(default_factory=list)
    eenheid: str | None = None
    waarom: str | None = None
    kandidaten: list[str] = Field(default_factory=list)


class Proposal(Strict):
    """The file: `te_koppelen` must be completed, `nieuw` may be."""

    dataset: str
    te_koppelen: list[Question] = Field(default_factory=list)
    nieuw: list[Question] = Field(default_factory=list)
    verdwenen: list[str] = Field(default_factory=list)


def file_of(folder: Path, dataset: str) -> Path:
    return folder / f"{dataset}.yml"


def write(folder: Path, aliases: Aliases, rows: Sequence[Bound]) -> Path | None:
    """Writes the file of a delivery that needs people; takes an earlier one away when nothing is left to ask."""
    path = file_of(folder, aliases.dataset)
    asked: dict[tuple[str, str | None], Question] = {}
    free = [r.pad for r in rows if r.oordeel in ("nieuw", "ongebruikt") and r.dimensie == MEASURE]
    for row in rows:
        if row.oordeel in RED:
            among = (row.toelichting or "").split("; ") if row.oordeel == "dubbel" else _like(row.pad, free)
            why = {"ontbreekt": "staat niet bij de bron", "dubbel": "staat er meer dan eens"}.get(row.oordeel)
            asked[row.dimensie, row.betekenis] = Question(
                dimensie=row.dimensie, betekent=row.betekenis, eenheid=row.eenheid,
                waarom=why or row.toelichting, kandidaten=among,
            )  # fmt: skip
    new = [
        Question(dimensie=r.dimensie, pad=r.pad.split(" > "), eenheid=r.eenheid) for r in rows if r.oordeel == "nieuw"
    ]
    gone = [r.pad for r in rows if r.oordeel == "verdwenen"]
    if not (asked or new or gone):
        path.unlink(missing_ok=True)
        return None
    folder.mkdir(parents=True, exist_ok=True)
    content = Proposal(dataset=aliases.dataset, te_koppelen=list(asked.values()), nieuw=new, verdwenen=gone)
    text = yaml.safe_dump(
        content.model_dump(exclude_defaults=True),
        sort_keys=False,
        allow_unicode=True,
        width=110,
        default_flow_style=None,
    )
    path.write_text(_HEADER.format(dataset=aliases.dataset, path=path) + text, encoding="utf-8")
    return path


def accept(path: Path, known: Sequence[str], *, folder: Path | None = None) -> tuple[Path, int]:
    """Brings a completed file into the aliases of its dataset; returns the alias file and how many paths it took.

    `known`: the indicators that exist. Raises `ConfigurationError` when the file is not complete or says what
    cannot be.
    """
    given = read_model(path, Proposal)
    aliases = load_aliases(given.dataset, folder)
    if aliases is None:
        raise ConfigurationError(f"{path}: {given.dataset} has no alias file.", remedy="Check `dataset` in the file.")
    if open_ones := [q.betekent or "?" for q in given.te_koppelen if not q.pad]:
        raise ConfigurationError(
            f"{path}: no `pad` for {', '.join(open_ones)}.",
            remedy="Write the titles of the source there; `kandidaten` names what might be meant.",
        )
    taken = 0
    for question in (*given.te_koppelen, *given.nieuw):
        if question.betekent:
            aliases = _with(aliases, question, path, known)
            taken += 1
    return write_aliases(aliases, folder), taken


def _with(aliases: Aliases, question: Question, path: Path, known: Sequence[str]) -> Aliases:
    measure = question.dimensie == MEASURE
    old = aliases.maten if measure else aliases.kenmerken.get(question.dimensie, [])
    same = next((a for a in old if a.betekent == question.betekent), None)
    if same is None and (not measure or question.betekent not in known):
        raise ConfigurationError(
            f"{path}: {question.betekent!r} is no indicator of this warehouse.",
            remedy="Use a code of kern.indicator, or leave `betekent` empty.",
        )
    if same is not None:
        fields = {"pad": question.pad, "ook": []} | ({"eenheid": question.eenheid} if question.eenheid else {})
        new: Alias = same.model_copy(update=fields if measure else {"pad": question.pad, "ook": []})
    else:
        new = MeasureAlias(pad=question.pad, betekent=str(question.betekent), eenheid=question.eenheid or "procent")
    changed = [new if a.betekent == new.betekent else a for a in old] + ([] if same else [new])
    if measure:
        return Aliases.model_validate(aliases.model_dump() | {"maten": [a.model_dump() for a in changed]})
    traits = {**aliases.model_dump()["kenmerken"], question.dimensie: [a.model_dump() for a in changed]}
    return Aliases.model_validate(aliases.model_dump() | {"kenmerken": traits})


def _like(path: str, free: Sequence[str], most: int = 5) -> list[str]:
    """Paths that no alias speaks of and that look like the one sought."""
    import difflib

    names = {normal(p): p for p in free}
    return [names[n] for n in difflib.get_close_matches(normal(path), list(names), n=most, cutoff=0.5)]
