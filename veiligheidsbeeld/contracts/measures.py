"""What a contract says once and each of its measures needs: defaults, and a measure for each value of a column."""

from __future__ import annotations

from typing import Any

# Stands in code and name of a measure for the value that it is about.
VALUE = "{waarde}"


def complete(contract: dict[str, Any]) -> dict[str, Any]:
    """The contract with every measure in full, ready to be checked.

    A measure takes `datum`, `themas` and `veiligheidsthema` of the contract where it has none of its own. A measure
    with `voor_elke: {kolom: [waarde, ...]}` (no values: all of the contract) becomes one measure per value; in its
    `code` and `naam` the text {waarde} stands for that value. Of a column whose values are a list of the region it
    says by which word a row of that list asks for the measure (`voor_elke: {programma: mijlpalen}`), and stays as it
    is: which rows there are is for the region to say (`RegisterContract.of_region`).
    """
    shared = {
        "datum": contract.get("scope_datum"),
        "themas": contract.get("themas"),
        "veiligheidsthema": contract.get("veiligheidsthema"),
    }
    measures = contract.get("indicatoren") or []
    if not all(isinstance(m, dict) for m in measures):
        return contract  # the model says what is wrong with it
    columns = {c.get("naam"): c for c in contract.get("kolommen") or [] if isinstance(c, dict)}
    full = [{**shared, **one} for measure in measures for one in _per_value(measure, columns)]
    return {**contract, "indicatoren": full}


def _per_value(measure: dict[str, Any], columns: dict[Any, dict[str, Any]]) -> list[dict[str, Any]]:
    chosen = measure.get("voor_elke")
    if not chosen:
        return [measure]
    ((name, values),) = chosen.items()
    column = columns.get(name, {})
    if "waarden_uit" in column or isinstance(values, str):
        return [measure]  # the model says whether the two belong together
    allowed: dict[str, list[str]] = column.get("waarden", {})
    if unknown := [v for v in values or allowed if v not in allowed]:
        raise ValueError(f"{measure.get('code')}: `voor_elke` names values that {name} does not know: {unknown}")
    test = "'{}' = any({})" if column.get("type") == "codes" else "{1} = '{0}'"
    rest = {k: v for k, v in measure.items() if k != "voor_elke"}
    found = []
    for value in values or allowed:
        label = allowed[value][0] if value.isupper() and allowed.get(value) else value.replace("_", " ")
        found.append(
            {
                **rest,
                "code": str(measure.get("code")).replace(VALUE, value.replace("_", "").upper()),
                "naam": str(measure.get("naam")).replace(VALUE, label),
                "waar": both(measure.get("waar"), test.format(value, name)),
            }
        )
    return found


def both(condition: str | None, other: str) -> str:
    """SQL that holds where both do; no condition holds everywhere."""
    return f"({condition}) and {other}" if condition else other
