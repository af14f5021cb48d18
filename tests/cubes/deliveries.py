"""Deliveries made by hand: a landing folder as the extractor leaves it, from a few cells."""

from __future__ import annotations

import hashlib
import itertools
import json
from dataclasses import dataclass, field
from pathlib import Path

from veiligheidsbeeld.contracts.cube import get_cube
from veiligheidsbeeld.landing import cubes as landing
from veiligheidsbeeld.settings import Settings

CONTRACT = get_cube("politie_overlast_gemeente")
_numbers = itertools.count(1)


@dataclass
class Table:
    """Cells of 47021NED by (soort, regio, periode); `deliver` writes them as a delivery."""

    cells: dict[tuple[str, str, str], object]
    labels: dict[str, str] = field(default_factory=dict)
    extra_rows: list[dict] = field(default_factory=list)

    def rows(self) -> list[dict]:
        made = [
            {"Overlast": s.ljust(6), "RegioS": r.ljust(6), "Perioden": p, "GeregistreerdeOverlast_1": value}
            for (s, r, p), value in self.cells.items()
        ]
        return made + self.extra_rows

    def deliver(
        self,
        settings: Settings,
        *,
        regio: list[str] | None = None,
        perioden: list[str] | None = None,
        page_size: int = 1000,
        codes: dict[str, list[str]] | None = None,
        promised: int | None = None,
    ) -> landing.Delivery:
        folder = settings.landing / CONTRACT.naam / f"20260101T000000Z-{next(_numbers):08x}"
        rows = self.rows()
        pages = [rows[i : i + page_size] for i in range(0, len(rows), page_size)]
        names = [f"pages/alles-{i:04}.json.zst" for i in range(1, len(pages) + 1)]
        bodies = [json.dumps({"value": page}).encode() for page in pages]
        for name, body in zip(names, bodies, strict=True):
            _write(folder / name, body)
        lists = codes or {
            "Overlast": sorted({s for s, _, _ in self.cells}),
            "RegioS": sorted({r for _, r, _ in self.cells}),
            "Perioden": sorted({p for _, _, p in self.cells}),
        }
        for dimension, keys in lists.items():
            listed = [{"Key": k, "Title": self.labels.get(k, f"Titel {k}"), "Description": ""} for k in keys]
            _write(folder / f"codes/{dimension}.json.zst", json.dumps({"value": listed}).encode())
        (folder / "manifest.json").write_text(
            json.dumps(
                {
                    "dataset": CONTRACT.naam,
                    "tabel": "47021NED",
                    "protocol": "odata_v3",
                    "bron_soort": "voorbeeld",
                    "adres": "http://127.0.0.1/47021NED",
                    "gewijzigd": "2026-01-01T02:00:00",
                    "versie": None,
                    "periode": "2012-2026",
                    "opgehaald_op": "2026-01-01T03:00:00+00:00",
                    "scope": {"regio": regio, "perioden": perioden},
                    "delen": [
                        {
                            "deel": "alles",
                            "filter": "",
                            "verwacht": len(rows),
                            "rijen": len(rows),
                            "paginas": [
                                {"bestand": n, "rijen": len(p), "bytes": len(b), "sha256": _sha(b)}
                                for n, p, b in zip(names, pages, bodies, strict=True)
                            ],
                        }
                    ],
                    "rijen": len(rows) if promised is None else promised,
                    "codelijsten": {d: f"codes/{d}.json.zst" for d in lists},
                    "inhoud_sha256": _sha(folder.name.encode()),
                    "software": "test",
                }
            )
        )
        return landing.Delivery(folder)


def _sha(body: bytes) -> str:
    return hashlib.sha256(body).hexdigest()


def _write(path: Path, body: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(landing.pack(body))
