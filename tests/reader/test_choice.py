"""The choice of figures that matter."""

from dataclasses import replace

import pytest
from pydantic import ValidationError

from veiligheidsbeeld.contracts.themes import theme_names
from veiligheidsbeeld.goals.indicators import indicator_names
from veiligheidsbeeld.reader import choice
from veiligheidsbeeld.settings import Settings


def test_every_chosen_indicator_exists_and_every_theme_has_some():
    chosen = choice.key_figures(Settings.from_env({}))
    known = set(indicator_names())
    assert [code for code in chosen.codes if code not in known] == []
    assert [row.indicator for row in chosen.begroting if row.indicator not in known] == []
    assert set(chosen.themas) == set(theme_names())


def test_a_region_has_a_choice_of_its_own_and_a_mistake_in_it_is_refused(tmp_path, monkeypatch):
    settings = Settings.from_env({})
    here = replace(settings.region, folder=tmp_path)
    monkeypatch.setattr(Settings, "region", property(lambda _: here))
    (tmp_path / choice.FILE).write_text("themas: {jeugd: [OVL-E35]}\n")
    assert choice.key_figures(settings).codes == ["OVL-E35"]
    (tmp_path / choice.FILE).write_text("thema: {jeugd: [OVL-E35]}\n")
    with pytest.raises(ValidationError):
        choice.key_figures(settings)
