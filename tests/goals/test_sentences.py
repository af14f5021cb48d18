"""Sentences of goals, whole, as a Dutch reader would want them: written out by hand."""

from __future__ import annotations

from datetime import date

import pytest

from veiligheidsbeeld.goals.sentences import in_unit, sentence
from veiligheidsbeeld.numbers import number

# A count that fell against the year before the plan; every case below says what is otherwise.
FELL = {
    "status": "gehaald", "indicator_naam": "Inbraken", "indicator_code": "INB", "naam": "Minder inbraken",
    "regel": "richting", "richting": "daling", "teken": -1, "maat": "aantal", "toets": "telling", "per": "gemeente",
    "waarde": 80.0, "label": "2025", "peildatum": date(2025, 12, 31), "ondergrens": None, "bovengrens": None,
    "teller": None, "noemer": None, "zonder_einde_pct": None, "ontbreekt": None, "afronding": None,
    "waarde_vorig": None, "teller_vorig": None, "label_vorig": None, "datum_vorig": None, "beter_dan_vorig": False,
    "vergelijking": "nulmeting", "tegen": "nulmeting", "tegen_code": None, "tegen_naam": None, "bijvoeglijk": None,
    "referentie": 100.0, "status_referentie": "gepubliceerd", "aanduiding": "2022", "nulmeting": "jaar",
    "nulmeting_jaar": 2022, "nulmeting_grond": "duiding", "benchmark_gebied": None, "benchmark_modus": None,
    "verschil": -20.0, "verschil_pct": -20.0, "verschil_pct_onder": -30.04, "verschil_pct_boven": -8.0,
    "significant": True, "beter": True, "vooruit": True, "vrijwel_gelijk": False, "binnen_afronding": False,
    "gedrukt": None, "gedrukt_anders": False, "zelfde_reeks": True, "trendbreuk": None, "te_oud": False,
    "vanaf": date(2023, 1, 1), "horizon": date(2026, 12, 31), "verwacht": None, "onder_80": None, "boven_80": None,
    "koers": None, "nul_waarde": None, "nul_aanduiding": None, "verborgen_label": None, "verborgen_status": None,
    "weinig_zaken": False, "onzeker": False, "minste": None, "meeste": None, "nul_minste": None, "nul_meeste": None,
    "zeker_significant": True, "meer_standen": False,
}  # fmt: skip
# A municipality's own effort, held against a year without a test.
EFFORT = {"toets": "geen", "verschil_pct_onder": None, "verschil_pct_boven": None, "significant": None}
# Hidden, not known yet, not done: no verdict.
NO_REFERENCE = {"referentie": None, "verschil": None, "verschil_pct": None, "verschil_pct_onder": None}
TARGET = EFFORT | {"vergelijking": "streefwaarde", "tegen": "streefwaarde", "aanduiding": "31-12-2026", "teken": 1}
COVERAGE = TARGET | {
    "regel": "dekking", "maat": "procent", "indicator_naam": "Gemeenten met Bibobbeleid", "waarde": 75.0,
    "teller": 9, "noemer": 12, "referentie": 100.0, "verschil": -25.0, "ontbreekt": "Aalburg en 2 andere",
}  # fmt: skip
BENCHMARK = {
    "vergelijking": "benchmark", "tegen": "benchmark", "tegen_code": "PV00", "tegen_naam": "Ergens",
    "bijvoeglijk": "Ergense", "benchmark_gebied": "PV00", "benchmark_modus": "meebewegend", "aanduiding": "2025",
}  # fmt: skip
SURVEY = BENCHMARK | {
    "regel": "naar_benchmark", "maat": "procent", "toets": "interval", "teken": 1, "waarde": 17.04, "referentie": 19.6,
    "ondergrens": 12.0, "bovengrens": 23.0, "verschil": -2.56, "verschil_pct": -13.1, "verschil_pct_onder": None,
    "beter": False, "status": "richting_goed_niet_significant", "significant": False,
    "nul_waarde": 15.0, "nul_aanduiding": "2021",
}  # fmt: skip
LEAD_TIME = EFFORT | {"maat": "dagen", "indicator_naam": "Dagen tot actie", "waarde": 9.0, "referentie": 12.0}
SHARE = {
    "toets": "aandeel", "maat": "procent", "indicator_naam": "Aandeel opgevolgd", "teken": 1,
    "verschil_pct_onder": None, "verschil_pct_boven": None, "waarde": 69.4, "referentie": 66.4, "verschil": 3.0,
    "verschil_pct": 4.5, "significant": False, "status": "richting_goed_niet_significant",
}  # fmt: skip

# A baseline of which only the ends are known.
ENDS = NO_REFERENCE | {
    "onzeker": True, "status_referentie": "verborgen", "nul_minste": 95.0, "nul_meeste": 104.0, "significant": None,
}  # fmt: skip
# So is the figure itself.
HIDDEN = ENDS | {
    "waarde": None, "minste": 11.0, "meeste": 19.0, "verborgen_label": "2025", "verborgen_status": "verborgen",
}  # fmt: skip

SENTENCES = {
    "a hidden baseline: the verdict that holds for all it can be": (
        ENDS,
        "Inbraken 80 in 2025; de nulmeting (2022) ligt tussen 95 en 104: ook in het ongunstigste geval lager, en dat is"
        " meer dan toeval.",
    ),
    "a hidden figure and a hidden mean": (
        HIDDEN | {"nulmeting": "gemiddelde_2019_2022", "aanduiding": "2019 t/m 18-11-2022", "nul_minste": 24.46},
        "Inbraken: het cijfer over 2025 wordt niet getoond, om kleine aantallen te beschermen, en ligt tussen 11 en 19;"
        " de nulmeting (gemiddeld per jaar in 2019 t/m 18-11-2022) ligt tussen 24,5 en 104,0: ook in het ongunstigste"
        " geval lager, en dat is meer dan toeval.",
    ),
    "a sum shown as a range against a year that is known": (
        {"onzeker": True, "minste": 76.0, "meeste": 84.0, "status": "richting_goed_niet_significant",
         "zeker_significant": None},
        "Inbraken ligt in 2025 tussen 76 en 84 tegenover 100 in 2022: in elk geval lager; of dat meer is dan toeval,"
        " hangt af van wat niet getoond wordt.",
    ),
    "what is hidden allows more than one status": (
        HIDDEN | {"status": "niet_meetbaar", "meer_standen": True},
        "Inbraken: het cijfer over 2025 wordt niet getoond, om kleine aantallen te beschermen, en ligt tussen 11 en 19;"
        " de nulmeting (2022) ligt tussen 95 en 104: dat laat meer dan een stand toe.",
    ),
    "no direction: what is hidden is said, and nothing of what it could be": (
        HIDDEN | {"status": "niet_meetbaar", "teken": 0},
        "Inbraken: het cijfer over 2025 wordt niet getoond, om kleine aantallen te beschermen.",
    ),
    "a share of few cases: no percentages, and not its counts, which are not for readers": (
        SHARE | {"weinig_zaken": True},
        "Aandeel opgevolgd ongeveer 7 van de 10 in 2025 tegenover ongeveer 7 van de 10 in 2022: hoger; verschil niet"
        " significant.",
    ),
    "a share of few cases that is nearly none, against all": (
        SHARE | {"weinig_zaken": True, "waarde": 4.9, "referentie": 100.0, "verschil": -95.1, "significant": True,
                 "status": "van_koers", "beter": False},
        "Aandeel opgevolgd minder dan 1 van de 10 in 2025 tegenover alle in 2022: lager; verschil significant.",
    ),
    "a difference that is no chance, in percents with its margin": (
        {},
        "Inbraken 80 in 2025 tegenover 100 in 2022: 20,0% lager (-30,0% tot -8,0%); verschil significant.",
    ),
    "what rests on an assumption says so": (
        {"nulmeting_grond": "aanname"},
        "Inbraken 80 in 2025 tegenover 100 in 2022: 20,0% lager (-30,0% tot -8,0%); verschil significant."
        " De nulmeting is een aanname.",
    ),
    "a mean per year": (
        {"nulmeting": "gemiddelde_2019_2022", "aanduiding": "2019 t/m 18-11-2022", "referentie": 2142.55},
        "Inbraken 80 in 2025 tegenover gemiddeld 2.142,6 per jaar in 2019 t/m 18-11-2022: 20,0% lager"
        " (-30,0% tot -8,0%); verschil significant.",
    ),
    "the printed mean gives another direction: both are said": (
        {
            "nulmeting": "gemiddelde", "aanduiding": "2019 t/m 2022", "gedrukt": 78.25, "gedrukt_anders": True,
            "status": "richting_goed_niet_significant", "significant": False,
        },
        "Inbraken 80 in 2025 tegenover gemiddeld 100,0 per jaar in 2019 t/m 2022: 20,0% lager (-30,0% tot -8,0%);"
        " verschil niet significant. Tegenover het gemiddelde zoals het plan het drukt (78,3) is het hoger.",
    ),
    "few cases: numbers, no percents": (
        {"waarde": 12.0, "referentie": 20.0, "verschil": -8.0, "verschil_pct": -40.0, "significant": False},
        "Inbraken 12 in 2025 tegenover 20 in 2022: 8 minder; verschil niet significant.",
    ),
    "few cases against a mean": (
        {
            "waarde": 11.0, "referentie": 8.5, "verschil": 2.5, "nulmeting": "gemiddelde", "status": "van_koers",
            "aanduiding": "2019 t/m 2022",
        },
        "Inbraken 11 in 2025 tegenover gemiddeld 8,5 per jaar in 2019 t/m 2022: 2,5 meer; verschil significant.",
    ),
    "few cases behind a rate": (
        {
            "maat": "per_1000", "waarde": 0.42, "noemer": 16_700, "referentie": 0.81, "verschil": -0.39,
            "significant": False,
        },
        "Inbraken 0,42 per 1.000 in 2025 tegenover 0,81 per 1.000 in 2022: lager; verschil niet significant.",
    ),
    "twenty is enough for a percentage": (
        {"waarde": 20.0, "referentie": 25.0, "verschil": -5.0, "significant": False},
        "Inbraken 20 in 2025 tegenover 25 in 2022: 20,0% lager (-30,0% tot -8,0%); verschil niet significant.",
    ),
    "zero and zero is equal, and nothing is said of chance": (
        {"waarde": 0.0, "referentie": 0.0, "verschil": 0.0, "verschil_pct": None, "status": "geen_verandering"},
        "Inbraken 0 in 2025 tegenover 0 in 2022: gelijk.",
    ),
    "a share, tested on counts that are not shown": (
        SHARE,
        "Aandeel opgevolgd 69,4% in 2025 tegenover 66,4% in 2022: 3,0 procentpunt hoger; verschil niet significant.",
    ),
    "days, with what has not ended": (
        LEAD_TIME | {"verschil": -3.0, "zonder_einde_pct": 12.34},
        "Dagen tot actie 9 dagen in 2025 (12,3% loopt nog) tegenover 12 dagen in 2022: 3 dagen korter;"
        " niet op toeval getoetst.",
    ),
    "one day": (
        LEAD_TIME | {"waarde": 2.0, "referentie": 1.0, "verschil": 1.0, "status": "van_koers"},
        "Dagen tot actie 2 dagen in 2025 tegenover 1 dag in 2022: 1 dag langer; niet op toeval getoetst.",
    ),
    "an effort, with the year before": (
        EFFORT | {
            "waarde": 6838.0, "referentie": 16559.0, "verschil": -9721.0, "verschil_pct": -58.7, "status": "van_koers",
            "waarde_vorig": 12751.0, "label_vorig": "2024", "datum_vorig": date(2024, 12, 31), "teken": 1,
        },
        "Inbraken 6.838 in 2025 tegenover 16.559 in 2022: 58,7% lager; niet op toeval getoetst."
        " Een jaar eerder 12.751.",
    ),
    "two years before is no year before": (
        EFFORT | {
            "waarde": 24.0, "referentie": 23.0, "verschil": 1.0, "verschil_pct": 4.3, "status": "geen_verandering",
            "vrijwel_gelijk": True, "waarde_vorig": 24.0, "label_vorig": "2023", "datum_vorig": date(2023, 12, 31),
        },
        "Inbraken 24 in 2025 tegenover 23 in 2022: 4,3% hoger, vrijwel gelijk; niet op toeval getoetst."
        " In 2023 ook 24.",
    ),
    "coverage of a few: numbers": (
        COVERAGE | {
            "status": "op_koers", "waarde_vorig": 50.0, "teller_vorig": 6, "label_vorig": "2024",
            "datum_vorig": date(2024, 12, 31), "beter_dan_vorig": True,
        },
        "Gemeenten met Bibobbeleid: 9 van de 12 gemeenten in 2025; niet: Aalburg en 2 andere; het doel is alle 12 op"
        " 31-12-2026. Een jaar eerder 6: in dat tempo op tijd gehaald.",
    ),
    "coverage of many: the share as well": (
        COVERAGE | {"noemer": 40, "teller": 30, "per": "organisatie", "status": "nog_geen_data"},
        "Gemeenten met Bibobbeleid: 30 van de 40 organisaties (75,0%) in 2025; niet: Aalburg en 2 andere;"
        " het doel is 100,0% op 31-12-2026; nog geen eerder cijfer om het tempo aan af te meten.",
    ),
    "done, and the plan names no number": (
        TARGET | {"regel": "telling", "status": "uitgevoerd", "waarde": 3.0, "referentie": 1.0, "verschil": 2.0},
        "Inbraken 3 in 2025; het plan noemt geen aantal.",
    ),
    "not done yet": (
        TARGET | {
            "regel": "telling", "status": "geen_verandering", "waarde": 0.0, "referentie": 1.0, "verschil": -1.0,
            "waarde_vorig": 0.0, "label_vorig": "2024", "datum_vorig": date(2024, 12, 31),
        },
        "Inbraken 0 in 2025; het plan noemt geen aantal, ten minste 1 is genoeg. Een jaar eerder ook 0.",
    ),
    "a milestone": (
        TARGET | {"regel": "mijlpaal", "maat": "procent", "waarde": 50.0, "referentie": 100.0, "status": "op_koers"},
        "Minder inbraken: voor 50,0% gereed in 2025; de termijn is 31-12-2026.",
    ),
    "a milestone of a few parts": (
        TARGET | {
            "regel": "mijlpaal", "maat": "procent", "waarde": 50.0, "referentie": 100.0, "status": "op_koers",
            "weinig_zaken": True,
        },
        "Minder inbraken: deels gereed in 2025; de termijn is 31-12-2026.",
    ),
    "a survey beside its benchmark, with where it was": (
        SURVEY,
        "Inbraken 17,0% (12,0-23,0) tegenover 19,6% in Ergens: nog niet op het Ergense gemiddelde; verschil niet"
        " significant. In 2021 was het 15,0%.",
    ),
    "a benchmark that is fixed, of an area without an adjective": (
        SURVEY | {
            "benchmark_modus": "vast_2021", "bijvoeglijk": None, "beter": True, "regel": "onder_benchmark", "teken": -1,
        },
        "Inbraken 17,0% (12,0-23,0) tegenover 19,6% in Ergens in 2021: onder het gemiddelde van Ergens; verschil niet"
        " significant.",
    ),
    "the expectation, and that the status rests on it": (
        {
            "status": "op_koers", "significant": False, "koers": "goed", "verwacht": 78.6, "onder_80": 70.2,
            "boven_80": 87.5,
        },
        "Inbraken 80 in 2025 tegenover 100 in 2022: 20,0% lager (-30,0% tot -8,0%); verschil niet significant."
        " Verwacht in de twaalf maanden tot en met 31-12-2026: 79 (80%: 70-88). Met 80% zekerheid op koers.",
    ),
    "rounded at the source": (
        EFFORT | {"afronding": 10, "binnen_afronding": True, "status": "geen_verandering"},
        "Inbraken 80 in 2025 tegenover 100 in 2022: 20,0% lager, wat afronding kan zijn; niet op toeval getoetst:"
        " de bron rondt af op 10.",
    ),
    "effort is no verdict": (
        {"status": "niet_meetbaar", "verborgen_label": "2026", "verborgen_status": "verborgen"},
        "Inbraken 80 in 2025 tegenover 100 in 2022: 20,0% lager (-30,0% tot -8,0%); verschil significant. Het aantal"
        " hangt af van de inzet van opsporing en toezicht en zegt op zichzelf niet of het doel gehaald is. Het cijfer"
        " over 2026 wordt niet getoond, om kleine aantallen te beschermen.",
    ),
    "no direction in the plan": (
        {"status": "niet_meetbaar", "teken": 0},
        "Inbraken 80 in 2025 tegenover 100 in 2022: 20,0% lager (-30,0% tot -8,0%). Het plan zegt niet of meer of"
        " minder beter is.",
    ),
    "no figure at all": (
        {"status": "nog_geen_data", "waarde": None, "te_oud": True, "peildatum": None},
        "Nog geen cijfers over dit doel (Inbraken).",
    ),
    "no figure that readers may see": (
        {
            "status": "niet_meetbaar", "waarde": None, "te_oud": True, "verborgen_label": "2025",
            "verborgen_status": "verborgen", "peildatum": None,
        },
        "Inbraken: het cijfer over 2025 wordt niet getoond, om kleine aantallen te beschermen.",
    ),
    "from before the plan": (
        {"status": "nog_geen_data", "te_oud": True, "peildatum": date(2019, 12, 31)},
        "Inbraken 80 in 2025; nog geen cijfers van na het begin van het plan.",
    ),
    "not from after the baseline": (
        {"status": "nog_geen_data", "te_oud": True, "peildatum": date(2023, 12, 31)},
        "Inbraken 80 in 2025; nog geen cijfers van na de nulmeting.",
    ),
    "the baseline of one year lacks": (
        NO_REFERENCE | {"status": "nog_geen_data", "status_referentie": None},
        "Inbraken 80 in 2025; nog niets om mee te vergelijken: de nulmeting (2022) is nog niet bekend.",
    ),
    "a lead time whose baseline did not come to its share": (
        LEAD_TIME | NO_REFERENCE | {"status": "nog_geen_data", "status_referentie": "nog_niet_beschikbaar"},
        "Dagen tot actie 9 dagen in 2025; nog niets om mee te vergelijken: de nulmeting (2022) is nog niet bekend, of"
        " te veel zaken hebben geen einde.",
    ),
    "the baseline of several years lacks": (
        NO_REFERENCE | {"status": "nog_geen_data", "nulmeting": "mean", "status_referentie": "nog_niet_beschikbaar"},
        "Inbraken 80 in 2025; nog niets om mee te vergelijken: de nulmeting is niet volledig bekend.",
    ),
    "the baseline is hidden": (
        NO_REFERENCE | {"status": "niet_meetbaar", "nulmeting": "gemiddelde", "status_referentie": "verborgen"},
        "Inbraken 80 in 2025; niet te vergelijken: de nulmeting wordt niet getoond, om kleine aantallen te beschermen.",
    ),
    "the benchmark lacks, and not the baseline": (
        BENCHMARK | NO_REFERENCE | {"status": "nog_geen_data", "tegen": None, "status_referentie": None},
        "Inbraken 80 in 2025; nog niets om mee te vergelijken: het cijfer van Ergens over 2025 is nog niet bekend.",
    ),
    "never done": (
        NO_REFERENCE | {"status": "niet_meetbaar", "status_referentie": "niet_uitgevoerd", "aanduiding": "2019-2022"},
        "Inbraken 80 in 2025; er is geen nulmeting: niet uitgevoerd in 2019-2022.",
    ),
    "a break": (
        {"status": "niet_meetbaar", "trendbreuk": "In 2021 veranderde de regel."},
        "Inbraken 80 in 2025; niet vergelijkbaar met de nulmeting. In 2021 veranderde de regel.",
    ),
    "counted in another way": (
        {"status": "niet_meetbaar", "zelfde_reeks": False},
        "Inbraken 80 in 2025; niet vergelijkbaar met 2022: de telwijze is veranderd.",
    ),
    "nothing to hold it against": (
        NO_REFERENCE | {"status": "niet_meetbaar", "vergelijking": None, "tegen": None, "status_referentie": None},
        "Inbraken 80 in 2025; het plan noemt geen norm of nulmeting.",
    ),
    "the term has passed": (
        EFFORT | {"status": "van_koers", "horizon": date(2025, 12, 31), "teken": 1},
        "Inbraken 80 in 2025 tegenover 100 in 2022: 20,0% lager; niet op toeval getoetst. De termijn is voorbij.",
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", SENTENCES)
def test_a_sentence(case):
    changes, expected = SENTENCES[case]
    assert sentence(FELL | changes) == expected


def test_numbers_are_dutch():
    assert [number(1234567.5), number(0.05, 1), number(-2.25, 1), number(2.675, 2)] == [
        "1.234.568", "0,1", "-2,3", "2,68",
    ]  # fmt: skip
    assert in_unit(1.0, "dagen") == "1 dag"
    assert in_unit(0.5, "dagen") == "0,5 dagen"
    assert in_unit(3.0, "kilogram") == "3 kg"
    assert in_unit(1.234, "per_1000") == "1,23 per 1.000"
