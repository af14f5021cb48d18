"""A trend line with its interval, as SVG: small, without script, readable in grey and by a screen reader.

Made here and not by a charting library: 1,000 of them in a tenth of a second (docs/decisions/0025).
"""

from __future__ import annotations

from collections.abc import Sequence

from markupsafe import Markup, escape

from veiligheidsbeeld.pages.lines import Line
from veiligheidsbeeld.reader import notation
from veiligheidsbeeld.reader.marts import Figure

WIDTH, HEIGHT = 132, 34
_LEFT, _RIGHT, _TOP, _BOTTOM = 3, 5, 4, 11


def trend(line: Line, name: str) -> Markup:
    """The years of a line, and the newest period as its end; empty where fewer than two figures are known."""
    points = [f for f in line.years if f.value is not None]
    if line.newest.value is not None and line.newest not in points:
        points.append(line.newest)
    if len(points) < 2:
        return Markup("")
    first, last = points[0].ends.toordinal(), points[-1].ends.toordinal()
    top = max(f.upper if f.upper is not None else f.value or 0.0 for f in points) or 1.0

    def x(figure: Figure) -> float:
        return _LEFT + (WIDTH - _LEFT - _RIGHT) * (figure.ends.toordinal() - first) / max(last - first, 1)

    def y(value: float | None) -> float:
        return HEIGHT - _BOTTOM - (HEIGHT - _TOP - _BOTTOM) * (value or 0.0) / top

    order = line.years if line.newest in line.years else [*line.years, line.newest]
    bands = "".join(
        f'<path class="band" d="M{_path([(x(f), y(f.lower)) for f in run])}L'
        f'{_path([(x(f), y(f.upper)) for f in reversed(run)])}Z"/>'
        for run in _runs(order, [f for f in points if f.lower is not None and f.upper is not None])
        if len(run) > 1
    )
    known = _runs(order, points)
    stretches = "".join(
        f'<path class="lijn" d="M{_path([(x(f), y(f.value)) for f in run])}"/>' for run in known if len(run) > 1
    )
    # A figure between two that are hidden has no line; it is a dot.
    dots = "".join(_dot(x(f), y(f.value), 1.6) for run in known if len(run) == 1 for f in run)
    end = points[-1]
    return Markup(  # noqa: S704
        f'<svg class="verloop" viewBox="0 0 {WIDTH} {HEIGHT}" width="{WIDTH}" height="{HEIGHT}" role="img"'
        f' aria-label="{escape(description(points, name))}">{bands}'
        f'<path class="as" d="M{_LEFT} {HEIGHT - _BOTTOM}H{WIDTH - _RIGHT}"/>{stretches}{dots}'
        f"{_dot(x(end), y(end.value), 2.4)}"
        f'<text x="{_LEFT}" y="{HEIGHT - 2}">{points[0].ends.year}</text>'
        f'<text x="{WIDTH - _RIGHT}" y="{HEIGHT - 2}" text-anchor="end">{_short(end)}</text></svg>'
    )


def description(points: Sequence[Figure], name: str) -> str:
    """What the line shows, in a sentence."""
    first, last = points[0], points[-1]
    low, high = (notation.amount(f.value, f.measure) for f in _extremes(points))
    return (
        f"{name}: van {notation.amount(first.value, first.measure)} ({first.label})"
        f" naar {notation.amount(last.value, last.measure)} ({last.label}); laagste {low}, hoogste {high}"
    )


def _extremes(points: Sequence[Figure]) -> tuple[Figure, Figure]:
    return min(points, key=lambda f: f.value or 0.0), max(points, key=lambda f: f.value or 0.0)


def _runs(order: Sequence[Figure], shown: Sequence[Figure]) -> list[list[Figure]]:
    """Stretches without a gap: a figure that is hidden or unknown breaks the line, a year nobody measured does not."""
    found: list[list[Figure]] = [[]]
    for figure in order:
        if figure in shown:
            found[-1].append(figure)
        else:
            found.append([])
    return found


def _path(points: Sequence[tuple[float, float]]) -> str:
    return "L".join(f"{x:.1f} {y:.1f}" for x, y in points)


def _dot(x: float, y: float, radius: float) -> str:
    return f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{radius}"/>'


def _short(figure: Figure) -> str:
    """Where a period ends, as its name says it: "okt. 2026" of "nov. 2025 t/m okt. 2026"."""
    return figure.label.rpartition(" t/m ")[2]
