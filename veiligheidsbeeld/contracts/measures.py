"""What a contract says once and each of its measures needs: defaults, and a measure for each value of a column."""

from __future__ import annotations

from typing import Any


def complete(contract: dict[str, Any]) -> dict[str, Any]:
    """The contract with every measure in full, ready to be checked.

    A measure takes `datum`, `themas` and `veiligheidsthema` of the contract where it has none of its own. A measure
    with `voor_elke: {kolom: [waarde, ...]}` (no values: all of the contract) becomes one measure per value; in its
    `code` and `naam` the text {waarde} stands for that value.
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
    allowed: dict[str, list[str]] = column.get("waarden", {})
    of_region = "waarden_uit" in column  # which of them a region has is for the region to say
    if not of_region and (unknown := [v for v in values or allowed if v not in allowed]):
        raise ValueError(f"{measure.get('code')}: `voor_elke` names values that {name} does not know: {unknown}")
    test = "'{}' = any({})" if column.get("type") == "codes" else "{1} = '{0}'"
    rest = {k: v for k, v in measure.items() if k != "voor_elke"}
    found = []
    for value in values or allowed:
        condition = test.format(value, name)
        label = allowed[value][0] if value.isupper() and allowed.get(value) else value.replace("_", " ")
        found.append(
            {
                **rest,
                "code": str(measure.get("code")).replace("{waarde}", value.replace("_", "").upper()),
                "naam": str(measure.get("naam")).replace("{waarde}", label),
                "waar": f"({measure['waar']}) and {condition}" if measure.get("waar") else condition,
            }
        )
    return found
