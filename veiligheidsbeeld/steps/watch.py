"""Watching: what the sources say today, before anybody loads; and whether there is anything new to load."""

from __future__ import annotations

from veiligheidsbeeld import alerts
from veiligheidsbeeld.contracts.cube import load_cubes
from veiligheidsbeeld.errors import SourceRefused
from veiligheidsbeeld.settings import Settings
from veiligheidsbeeld.steps.step import Outcome, Report, step


def watch_step(settings: Settings, provider: str, *, run_id: str | None = None, report: Report = print) -> Outcome:
    """Compares the metadata of a provider's tables; `detail["nieuw"]` names the datasets with something to load.

    Differences that a load would survive go out as a message; raises `SourceRefused` for those that would break it, so
    that a redesign is known before the day of loading. Metadata only: no figure is fetched.
    """
    from veiligheidsbeeld.extract import has_news
    from veiligheidsbeeld.extract.live import look

    contracts = [c for c in load_cubes().values() if c.provider == provider]
    with step(settings, "bewaak", provider, run_id, report) as done:
        looks = {c.naam: look(settings, c) for c in contracts}
        told = {name: [d.what for d in found.differences] for name, found in looks.items() if found.differences}
        lines = [f"{name}: {what}" for name, differences in told.items() for what in differences]
        broken = [name for name, found in looks.items() if found.breaks]
        if broken:
            raise SourceRefused(
                f"A load would break for {', '.join(broken)}: {'; '.join(lines)}.",
                remedy="`veiligheidsbeeld contracts check --live <dataset>` shows it; mend contract or aliases first.",
                owner="data-engineering",
            )
        if lines:
            alerts.send(settings, f"bronnen_{provider}", "\n".join([f"Sources of {provider} differ.", *lines]))
        news = [c.naam for c in contracts if has_news(settings, c)]
        text = f"{len(contracts)} tables looked at, {len(lines)} differences; new: {', '.join(news) or 'nothing'}"
        return done("gedaan" if news else "niets_nieuws", text, {"nieuw": news, "verschillen": told})
