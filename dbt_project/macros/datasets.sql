{#- Generated from contracts/ by `python -m veiligheidsbeeld.generated`. -#}
-- noqa: disable=all
{#- Per dataset of a source: its table, what it should hold, its series, and the indicators that are made of them. -#}
{% macro datasets() -%}
{{ return({
    "cbs_bevolking": {
        "tabel": "03759ned",
        "familie": "bevolking",
        "schaal": "gemeente",
        "titel": "Bevolking op 1 januari en gemiddeld naar leeftijd en regio",
        "niveaus": [
            {"niveau": "nederland", "periode_soort": "JJ"},
            {"niveau": "landsdeel", "periode_soort": "JJ"},
            {"niveau": "provincie", "periode_soort": "JJ"},
            {"niveau": "gemeente", "periode_soort": "JJ"},
        ],
        "reeksen": [],
        "indicatoren": []
    },
    "cbs_criminaliteit": {
        "tabel": "83648NED",
        "familie": "criminaliteit",
        "schaal": "gemeente",
        "titel": "Geregistreerde criminaliteit per regio (CBS)",
        "niveaus": [
            {"niveau": "nederland", "periode_soort": "JJ"},
            {"niveau": "landsdeel", "periode_soort": "JJ"},
            {"niveau": "provincie", "periode_soort": "JJ"},
            {"niveau": "gemeente", "periode_soort": "JJ"},
        ],
        "reeksen": [],
        "indicatoren": []
    },
    "cbs_jeugdreclassering": {
        "tabel": "82977NED",
        "familie": "jeugdreclassering",
        "schaal": "gemeente",
        "titel": "Jeugdreclasseringstrajecten; regio (CBS)",
        "model": "stg_cbs__jeugdreclassering",
        "niveaus": [
            {"niveau": "nederland", "periode_soort": "JJ"},
            {"niveau": "landsdeel", "periode_soort": "JJ"},
            {"niveau": "provincie", "periode_soort": "JJ"},
            {"niveau": "gemeente", "periode_soort": "JJ"},
        ],
        "reeksen": [
            {"soort": "TOT", "naam": "Trajecten", "volgorde": 1, "totaal": true, "eenheid": "aantal", "per": none, "afronding": 5, "leeftijd_totaal": "totaal"},
            {"soort": "BEGONNEN", "naam": "Begonnen trajecten", "volgorde": 2, "totaal": false, "eenheid": "aantal", "per": none, "afronding": 5, "leeftijd_totaal": "totaal"},
            {"soort": "GEEINDIGD", "naam": "Beëindigde trajecten", "volgorde": 3, "totaal": false, "eenheid": "aantal", "per": none, "afronding": 5, "leeftijd_totaal": "totaal"},
        ],
        "indicatoren": [
            {"indicator_code": "JREC-TOT", "soort": "TOT", "leeftijdsgroep": "totaal", "naam": "Trajecten jeugdreclassering", "definitie": "Trajecten jeugdreclassering die in het jaar liepen, van jongeren van 12 tot 23 jaar, geteld door het CBS.", "eenheid": "trajecten jeugdreclassering", "jeugd": true, "ruimtelijk_principe": "woonplaats_verdachte", "richting": "geen", "inspanningsafhankelijk": true, "vng_thema": "Jeugdcriminaliteit en probleemjongeren", "caveat": "Afgerond op vijftallen; kleine aantallen laat de bron weg. Tussen 2020 en 2021 is volgens de bron een breuk: jaren tot en met 2020 zijn niet met latere te vergelijken. Trajecten, geen jongeren: wie twee maatregelen heeft telt twee keer.", "eigenaar": "infoservice (CBS)", "mart_prim": "JZV", "mart_ook": none},
            {"indicator_code": "JREC-BEGONNEN", "soort": "BEGONNEN", "leeftijdsgroep": "totaal", "naam": "Begonnen trajecten jeugdreclassering", "definitie": "Trajecten jeugdreclassering die in het jaar begonnen, nieuw of opnieuw, geteld door het CBS.", "eenheid": "trajecten jeugdreclassering", "jeugd": true, "ruimtelijk_principe": "woonplaats_verdachte", "richting": "geen", "inspanningsafhankelijk": true, "vng_thema": "Jeugdcriminaliteit en probleemjongeren", "caveat": "Afgerond op vijftallen; kleine aantallen laat de bron weg. Tussen 2020 en 2021 is volgens de bron een breuk: jaren tot en met 2020 zijn niet met latere te vergelijken. Trajecten, geen jongeren: wie twee maatregelen heeft telt twee keer.", "eigenaar": "infoservice (CBS)", "mart_prim": "JZV", "mart_ook": none},
            {"indicator_code": "JREC-GEEINDIGD", "soort": "GEEINDIGD", "leeftijdsgroep": "totaal", "naam": "Beëindigde trajecten jeugdreclassering", "definitie": "Trajecten jeugdreclassering die in het jaar eindigden, volgens plan of tussentijds, geteld door het CBS.", "eenheid": "trajecten jeugdreclassering", "jeugd": true, "ruimtelijk_principe": "woonplaats_verdachte", "richting": "geen", "inspanningsafhankelijk": true, "vng_thema": "Jeugdcriminaliteit en probleemjongeren", "caveat": "Afgerond op vijftallen; kleine aantallen laat de bron weg. Tussen 2020 en 2021 is volgens de bron een breuk: jaren tot en met 2020 zijn niet met latere te vergelijken. Trajecten, geen jongeren: wie twee maatregelen heeft telt twee keer.", "eigenaar": "infoservice (CBS)", "mart_prim": "JZV", "mart_ook": none},
        ]
    },
    "cbs_landbouw": {
        "tabel": "80781ned",
        "familie": "landbouw",
        "schaal": "gemeente",
        "titel": "Landbouw; gewassen, dieren en grondgebruik naar gemeente (CBS)",
        "model": "stg_cbs__landbouw",
        "niveaus": [
            {"niveau": "nederland", "periode_soort": "JJ"},
            {"niveau": "landsdeel", "periode_soort": "JJ"},
            {"niveau": "provincie", "periode_soort": "JJ"},
            {"niveau": "gemeente", "periode_soort": "JJ"},
        ],
        "reeksen": [
            {"soort": "BEDRIJVEN", "naam": "Landbouwbedrijven", "volgorde": 1, "totaal": true, "eenheid": "aantal", "per": none, "afronding": none, "leeftijd_totaal": "totaal"},
        ],
        "indicatoren": [
            {"indicator_code": "LANDBOUW-BEDRIJVEN", "soort": "BEDRIJVEN", "leeftijdsgroep": "totaal", "naam": "Landbouwbedrijven", "definitie": "Landbouwbedrijven met hun hoofdvestiging in het gebied, volgens de landbouwtelling van het CBS.", "eenheid": "landbouwbedrijven", "jeugd": false, "ruimtelijk_principe": "ligging", "richting": "geen", "inspanningsafhankelijk": false, "vng_thema": "Georganiseerde criminaliteit", "caveat": "Het land en de schuren van een bedrijf kunnen in een andere gemeente liggen dan zijn hoofdvestiging.", "eigenaar": "infoservice (CBS)", "mart_prim": "OND", "mart_ook": none},
        ]
    },
    "cbs_veilig_thuis": {
        "tabel": "85361NED",
        "familie": "veilig_thuis",
        "schaal": "gemeente",
        "titel": "Huiselijk geweld; meldingen naar eerdere betrokkenheid Veilig Thuis, regio (CBS)",
        "model": "stg_cbs__veilig_thuis",
        "niveaus": [
            {"niveau": "nederland", "periode_soort": "JJ"},
            {"niveau": "landsdeel", "periode_soort": "JJ"},
            {"niveau": "provincie", "periode_soort": "JJ"},
            {"niveau": "gemeente", "periode_soort": "JJ"},
        ],
        "reeksen": [
            {"soort": "TOT", "naam": "Ontvangen meldingen", "volgorde": 1, "totaal": true, "eenheid": "aantal", "per": none, "afronding": 5, "leeftijd_totaal": "totaal"},
            {"soort": "EERSTE", "naam": "Eerste meldingen", "volgorde": 2, "totaal": false, "eenheid": "aantal", "per": none, "afronding": 5, "leeftijd_totaal": "totaal"},
            {"soort": "HER", "naam": "Hermeldingen", "volgorde": 3, "totaal": false, "eenheid": "aantal", "per": none, "afronding": 5, "leeftijd_totaal": "totaal"},
            {"soort": "VERVOLG", "naam": "Vervolgmeldingen", "volgorde": 4, "totaal": false, "eenheid": "aantal", "per": none, "afronding": 5, "leeftijd_totaal": "totaal"},
        ],
        "indicatoren": [
            {"indicator_code": "VT-TOT", "soort": "TOT", "leeftijdsgroep": "totaal", "naam": "Meldingen bij Veilig Thuis", "definitie": "Meldingen van (een vermoeden van) huiselijk geweld of kindermishandeling die Veilig Thuis in het jaar ontving, geteld door het CBS; adviezen tellen niet mee.", "eenheid": "meldingen bij Veilig Thuis", "jeugd": false, "ruimtelijk_principe": "locatie_melding", "richting": "geen", "inspanningsafhankelijk": true, "vng_thema": "Sociale kwaliteit", "caveat": "Afgerond op vijftallen; kleine aantallen laat de bron weg. Een samenwerkingsgebied is de som van afgeronde aantallen, per gemeente hooguit 2,5 ernaast. Meer meldingen kan meer geweld zijn en ook meer bereidheid om te melden.", "eigenaar": "infoservice (CBS)", "mart_prim": "LEEF", "mart_ook": "JZV"},
            {"indicator_code": "VT-EERSTE", "soort": "EERSTE", "leeftijdsgroep": "totaal", "naam": "Eerste meldingen bij Veilig Thuis", "definitie": "Meldingen in het jaar waarvan nog geen betrokkene bij Veilig Thuis bekend was, geteld door het CBS.", "eenheid": "meldingen bij Veilig Thuis", "jeugd": false, "ruimtelijk_principe": "locatie_melding", "richting": "geen", "inspanningsafhankelijk": true, "vng_thema": "Sociale kwaliteit", "caveat": "Afgerond op vijftallen; kleine aantallen laat de bron weg. Een samenwerkingsgebied is de som van afgeronde aantallen, per gemeente hooguit 2,5 ernaast. Meer meldingen kan meer geweld zijn en ook meer bereidheid om te melden.", "eigenaar": "infoservice (CBS)", "mart_prim": "LEEF", "mart_ook": "JZV"},
            {"indicator_code": "VT-HER", "soort": "HER", "leeftijdsgroep": "totaal", "naam": "Hermeldingen bij Veilig Thuis", "definitie": "Meldingen in het jaar over wie al bij Veilig Thuis bekend was, terwijl Veilig Thuis er niet meer bij betrokken was, geteld door het CBS.", "eenheid": "meldingen bij Veilig Thuis", "jeugd": false, "ruimtelijk_principe": "locatie_melding", "richting": "geen", "inspanningsafhankelijk": true, "vng_thema": "Sociale kwaliteit", "caveat": "Afgerond op vijftallen; kleine aantallen laat de bron weg. Een samenwerkingsgebied is de som van afgeronde aantallen, per gemeente hooguit 2,5 ernaast. Meer meldingen kan meer geweld zijn en ook meer bereidheid om te melden.", "eigenaar": "infoservice (CBS)", "mart_prim": "LEEF", "mart_ook": "JZV"},
            {"indicator_code": "VT-VERVOLG", "soort": "VERVOLG", "leeftijdsgroep": "totaal", "naam": "Vervolgmeldingen bij Veilig Thuis", "definitie": "Meldingen in het jaar over wie Veilig Thuis op dat moment nog bij betrokken was, geteld door het CBS.", "eenheid": "meldingen bij Veilig Thuis", "jeugd": false, "ruimtelijk_principe": "locatie_melding", "richting": "geen", "inspanningsafhankelijk": true, "vng_thema": "Sociale kwaliteit", "caveat": "Afgerond op vijftallen; kleine aantallen laat de bron weg. Een samenwerkingsgebied is de som van afgeronde aantallen, per gemeente hooguit 2,5 ernaast. Meer meldingen kan meer geweld zijn en ook meer bereidheid om te melden.", "eigenaar": "infoservice (CBS)", "mart_prim": "LEEF", "mart_ook": "JZV"},
        ]
    },
    "cbs_verdachten": {
        "tabel": "85655NED",
        "familie": "verdachten",
        "schaal": "gemeente",
        "titel": "Verdachten; delict, leeftijd, geslacht en woongemeente (CBS)",
        "model": "stg_cbs__verdachten",
        "niveaus": [
            {"niveau": "nederland", "periode_soort": "JJ"},
            {"niveau": "landsdeel", "periode_soort": "JJ"},
            {"niveau": "provincie", "periode_soort": "JJ"},
            {"niveau": "gemeente", "periode_soort": "JJ"},
        ],
        "reeksen": [
            {"soort": "TOT", "naam": "Misdrijven", "volgorde": 1, "totaal": true, "eenheid": "aantal", "per": 10000, "afronding": 10, "leeftijd_totaal": "12+"},
            {"soort": "VERMOGEN", "naam": "Vermogensmisdrijven", "volgorde": 2, "totaal": false, "eenheid": "aantal", "per": 10000, "afronding": 10, "leeftijd_totaal": "12+"},
            {"soort": "VERNIELING", "naam": "Vernieling en openbare orde", "volgorde": 3, "totaal": false, "eenheid": "aantal", "per": 10000, "afronding": 10, "leeftijd_totaal": "12+"},
            {"soort": "GEWELD", "naam": "Geweldsmisdrijven", "volgorde": 4, "totaal": false, "eenheid": "aantal", "per": 10000, "afronding": 10, "leeftijd_totaal": "12+"},
            {"soort": "VERKEER", "naam": "Verkeersmisdrijven", "volgorde": 5, "totaal": false, "eenheid": "aantal", "per": 10000, "afronding": 10, "leeftijd_totaal": "12+"},
            {"soort": "DRUGS", "naam": "Drugsmisdrijven", "volgorde": 6, "totaal": false, "eenheid": "aantal", "per": 10000, "afronding": 10, "leeftijd_totaal": "12+"},
            {"soort": "WAPENS", "naam": "(Vuur)wapenmisdrijven", "volgorde": 7, "totaal": false, "eenheid": "aantal", "per": 10000, "afronding": 10, "leeftijd_totaal": "12+"},
        ],
        "indicatoren": [
            {"indicator_code": "VERD-TOT", "soort": "TOT", "leeftijdsgroep": "totaal", "naam": "Verdachten van misdrijven (alle leeftijden)", "definitie": "Personen die de politie als verdachte heeft geregistreerd en die in het gebied wonen, geteld door het CBS; een persoon telt per jaar een keer. Het cijfer per 10.000 is per 10.000 inwoners van 12 jaar en ouder.", "eenheid": "geregistreerde verdachten", "jeugd": false, "ruimtelijk_principe": "woonplaats_verdachte", "richting": "geen", "inspanningsafhankelijk": true, "vng_thema": "Objectieve veiligheid", "caveat": "Afgerond op tientallen: 0 kan 0 tot en met 4 zijn; een samenwerkingsgebied is de som van afgeronde aantallen, per gemeente hooguit 5 ernaast. De twee jongste jaren zijn voorlopig en enkele procenten te laag. Een verdachte is niet schuldig verklaard. Wie van meer soorten verdacht is telt in elk: soorten nooit optellen.", "eigenaar": "infoservice (CBS)", "mart_prim": "JZV", "mart_ook": none},
            {"indicator_code": "VERD-TOT-12-17", "soort": "TOT", "leeftijdsgroep": "12-17", "naam": "Verdachten van misdrijven (12 tot en met 17 jaar)", "definitie": "Personen die de politie als verdachte heeft geregistreerd en die in het gebied wonen, geteld door het CBS; een persoon telt per jaar een keer. Het cijfer per 10.000 is per 10.000 inwoners van die leeftijd.", "eenheid": "geregistreerde verdachten", "jeugd": true, "ruimtelijk_principe": "woonplaats_verdachte", "richting": "geen", "inspanningsafhankelijk": true, "vng_thema": "Jeugdcriminaliteit en probleemjongeren", "caveat": "Afgerond op tientallen: 0 kan 0 tot en met 4 zijn; een samenwerkingsgebied is de som van afgeronde aantallen, per gemeente hooguit 5 ernaast. De twee jongste jaren zijn voorlopig en enkele procenten te laag. Een verdachte is niet schuldig verklaard. Wie van meer soorten verdacht is telt in elk: soorten nooit optellen.", "eigenaar": "infoservice (CBS)", "mart_prim": "JZV", "mart_ook": none},
            {"indicator_code": "VERD-TOT-18-22", "soort": "TOT", "leeftijdsgroep": "18-22", "naam": "Verdachten van misdrijven (18 tot en met 22 jaar)", "definitie": "Personen die de politie als verdachte heeft geregistreerd en die in het gebied wonen, geteld door het CBS; een persoon telt per jaar een keer. Het cijfer per 10.000 is per 10.000 inwoners van die leeftijd.", "eenheid": "geregistreerde verdachten", "jeugd": true, "ruimtelijk_principe": "woonplaats_verdachte", "richting": "geen", "inspanningsafhankelijk": true, "vng_thema": "Jeugdcriminaliteit en probleemjongeren", "caveat": "Afgerond op tientallen: 0 kan 0 tot en met 4 zijn; een samenwerkingsgebied is de som van afgeronde aantallen, per gemeente hooguit 5 ernaast. De twee jongste jaren zijn voorlopig en enkele procenten te laag. Een verdachte is niet schuldig verklaard. Wie van meer soorten verdacht is telt in elk: soorten nooit optellen.", "eigenaar": "infoservice (CBS)", "mart_prim": "JZV", "mart_ook": none},
            {"indicator_code": "VERD-VERMOGEN-12-17", "soort": "VERMOGEN", "leeftijdsgroep": "12-17", "naam": "Verdachten van vermogensmisdrijven (12 tot en met 17 jaar)", "definitie": "Personen die de politie als verdachte heeft geregistreerd en die in het gebied wonen, geteld door het CBS; een persoon telt per jaar een keer. Het cijfer per 10.000 is per 10.000 inwoners van die leeftijd.", "eenheid": "geregistreerde verdachten", "jeugd": true, "ruimtelijk_principe": "woonplaats_verdachte", "richting": "geen", "inspanningsafhankelijk": true, "vng_thema": "Jeugdcriminaliteit en probleemjongeren", "caveat": "Afgerond op tientallen: 0 kan 0 tot en met 4 zijn; een samenwerkingsgebied is de som van afgeronde aantallen, per gemeente hooguit 5 ernaast. De twee jongste jaren zijn voorlopig en enkele procenten te laag. Een verdachte is niet schuldig verklaard. Wie van meer soorten verdacht is telt in elk: soorten nooit optellen.", "eigenaar": "infoservice (CBS)", "mart_prim": "JZV", "mart_ook": none},
            {"indicator_code": "VERD-VERMOGEN-18-22", "soort": "VERMOGEN", "leeftijdsgroep": "18-22", "naam": "Verdachten van vermogensmisdrijven (18 tot en met 22 jaar)", "definitie": "Personen die de politie als verdachte heeft geregistreerd en die in het gebied wonen, geteld door het CBS; een persoon telt per jaar een keer. Het cijfer per 10.000 is per 10.000 inwoners van die leeftijd.", "eenheid": "geregistreerde verdachten", "jeugd": true, "ruimtelijk_principe": "woonplaats_verdachte", "richting": "geen", "inspanningsafhankelijk": true, "vng_thema": "Jeugdcriminaliteit en probleemjongeren", "caveat": "Afgerond op tientallen: 0 kan 0 tot en met 4 zijn; een samenwerkingsgebied is de som van afgeronde aantallen, per gemeente hooguit 5 ernaast. De twee jongste jaren zijn voorlopig en enkele procenten te laag. Een verdachte is niet schuldig verklaard. Wie van meer soorten verdacht is telt in elk: soorten nooit optellen.", "eigenaar": "infoservice (CBS)", "mart_prim": "JZV", "mart_ook": none},
            {"indicator_code": "VERD-VERNIELING-12-17", "soort": "VERNIELING", "leeftijdsgroep": "12-17", "naam": "Verdachten van vernieling en misdrijven tegen de openbare orde (12 tot en met 17 jaar)", "definitie": "Personen die de politie als verdachte heeft geregistreerd en die in het gebied wonen, geteld door het CBS; een persoon telt per jaar een keer. Het cijfer per 10.000 is per 10.000 inwoners van die leeftijd.", "eenheid": "geregistreerde verdachten", "jeugd": true, "ruimtelijk_principe": "woonplaats_verdachte", "richting": "geen", "inspanningsafhankelijk": true, "vng_thema": "Jeugdcriminaliteit en probleemjongeren", "caveat": "Afgerond op tientallen: 0 kan 0 tot en met 4 zijn; een samenwerkingsgebied is de som van afgeronde aantallen, per gemeente hooguit 5 ernaast. De twee jongste jaren zijn voorlopig en enkele procenten te laag. Een verdachte is niet schuldig verklaard. Wie van meer soorten verdacht is telt in elk: soorten nooit optellen.", "eigenaar": "infoservice (CBS)", "mart_prim": "JZV", "mart_ook": none},
            {"indicator_code": "VERD-VERNIELING-18-22", "soort": "VERNIELING", "leeftijdsgroep": "18-22", "naam": "Verdachten van vernieling en misdrijven tegen de openbare orde (18 tot en met 22 jaar)", "definitie": "Personen die de politie als verdachte heeft geregistreerd en die in het gebied wonen, geteld door het CBS; een persoon telt per jaar een keer. Het cijfer per 10.000 is per 10.000 inwoners van die leeftijd.", "eenheid": "geregistreerde verdachten", "jeugd": true, "ruimtelijk_principe": "woonplaats_verdachte", "richting": "geen", "inspanningsafhankelijk": true, "vng_thema": "Jeugdcriminaliteit en probleemjongeren", "caveat": "Afgerond op tientallen: 0 kan 0 tot en met 4 zijn; een samenwerkingsgebied is de som van afgeronde aantallen, per gemeente hooguit 5 ernaast. De twee jongste jaren zijn voorlopig en enkele procenten te laag. Een verdachte is niet schuldig verklaard. Wie van meer soorten verdacht is telt in elk: soorten nooit optellen.", "eigenaar": "infoservice (CBS)", "mart_prim": "JZV", "mart_ook": none},
            {"indicator_code": "VERD-GEWELD-12-17", "soort": "GEWELD", "leeftijdsgroep": "12-17", "naam": "Verdachten van geweldsmisdrijven (12 tot en met 17 jaar)", "definitie": "Personen die de politie als verdachte heeft geregistreerd en die in het gebied wonen, geteld door het CBS; een persoon telt per jaar een keer. Het cijfer per 10.000 is per 10.000 inwoners van die leeftijd.", "eenheid": "geregistreerde verdachten", "jeugd": true, "ruimtelijk_principe": "woonplaats_verdachte", "richting": "geen", "inspanningsafhankelijk": true, "vng_thema": "Jeugdcriminaliteit en probleemjongeren", "caveat": "Afgerond op tientallen: 0 kan 0 tot en met 4 zijn; een samenwerkingsgebied is de som van afgeronde aantallen, per gemeente hooguit 5 ernaast. De twee jongste jaren zijn voorlopig en enkele procenten te laag. Een verdachte is niet schuldig verklaard. Wie van meer soorten verdacht is telt in elk: soorten nooit optellen.", "eigenaar": "infoservice (CBS)", "mart_prim": "JZV", "mart_ook": none},
            {"indicator_code": "VERD-GEWELD-18-22", "soort": "GEWELD", "leeftijdsgroep": "18-22", "naam": "Verdachten van geweldsmisdrijven (18 tot en met 22 jaar)", "definitie": "Personen die de politie als verdachte heeft geregistreerd en die in het gebied wonen, geteld door het CBS; een persoon telt per jaar een keer. Het cijfer per 10.000 is per 10.000 inwoners van die leeftijd.", "eenheid": "geregistreerde verdachten", "jeugd": true, "ruimtelijk_principe": "woonplaats_verdachte", "richting": "geen", "inspanningsafhankelijk": true, "vng_thema": "Jeugdcriminaliteit en probleemjongeren", "caveat": "Afgerond op tientallen: 0 kan 0 tot en met 4 zijn; een samenwerkingsgebied is de som van afgeronde aantallen, per gemeente hooguit 5 ernaast. De twee jongste jaren zijn voorlopig en enkele procenten te laag. Een verdachte is niet schuldig verklaard. Wie van meer soorten verdacht is telt in elk: soorten nooit optellen.", "eigenaar": "infoservice (CBS)", "mart_prim": "JZV", "mart_ook": none},
            {"indicator_code": "VERD-DRUGS-12-17", "soort": "DRUGS", "leeftijdsgroep": "12-17", "naam": "Verdachten van drugsmisdrijven (12 tot en met 17 jaar)", "definitie": "Personen die de politie als verdachte heeft geregistreerd en die in het gebied wonen, geteld door het CBS; een persoon telt per jaar een keer. Het cijfer per 10.000 is per 10.000 inwoners van die leeftijd.", "eenheid": "geregistreerde verdachten", "jeugd": true, "ruimtelijk_principe": "woonplaats_verdachte", "richting": "geen", "inspanningsafhankelijk": true, "vng_thema": "Jeugd, alcohol en drugs", "caveat": "Afgerond op tientallen: 0 kan 0 tot en met 4 zijn; een samenwerkingsgebied is de som van afgeronde aantallen, per gemeente hooguit 5 ernaast. De twee jongste jaren zijn voorlopig en enkele procenten te laag. Een verdachte is niet schuldig verklaard. Wie van meer soorten verdacht is telt in elk: soorten nooit optellen.", "eigenaar": "infoservice (CBS)", "mart_prim": "JZV", "mart_ook": "OND"},
            {"indicator_code": "VERD-DRUGS-18-22", "soort": "DRUGS", "leeftijdsgroep": "18-22", "naam": "Verdachten van drugsmisdrijven (18 tot en met 22 jaar)", "definitie": "Personen die de politie als verdachte heeft geregistreerd en die in het gebied wonen, geteld door het CBS; een persoon telt per jaar een keer. Het cijfer per 10.000 is per 10.000 inwoners van die leeftijd.", "eenheid": "geregistreerde verdachten", "jeugd": true, "ruimtelijk_principe": "woonplaats_verdachte", "richting": "geen", "inspanningsafhankelijk": true, "vng_thema": "Jeugd, alcohol en drugs", "caveat": "Afgerond op tientallen: 0 kan 0 tot en met 4 zijn; een samenwerkingsgebied is de som van afgeronde aantallen, per gemeente hooguit 5 ernaast. De twee jongste jaren zijn voorlopig en enkele procenten te laag. Een verdachte is niet schuldig verklaard. Wie van meer soorten verdacht is telt in elk: soorten nooit optellen.", "eigenaar": "infoservice (CBS)", "mart_prim": "JZV", "mart_ook": "OND"},
        ]
    },
    "politie_misdrijven_buurt": {
        "tabel": "47022NED",
        "familie": "misdrijven",
        "schaal": "buurt",
        "titel": "Geregistreerde misdrijven per wijk en buurt per maand",
        "niveaus": [
            {"niveau": "nederland", "periode_soort": "MM"},
            {"niveau": "gemeente", "periode_soort": "MM"},
            {"niveau": "wijk", "periode_soort": "MM"},
            {"niveau": "buurt", "periode_soort": "MM"},
        ],
        "reeksen": [],
        "indicatoren": []
    },
    "politie_misdrijven_gemeente": {
        "tabel": "47013NED",
        "familie": "misdrijven",
        "schaal": "gemeente",
        "titel": "Geregistreerde misdrijven en aangiften per gemeente",
        "niveaus": [
            {"niveau": "nederland", "periode_soort": "MM"},
            {"niveau": "nederland", "periode_soort": "JJ"},
            {"niveau": "landsdeel", "periode_soort": "MM"},
            {"niveau": "landsdeel", "periode_soort": "JJ"},
            {"niveau": "provincie", "periode_soort": "MM"},
            {"niveau": "provincie", "periode_soort": "JJ"},
            {"niveau": "regionale_eenheid", "periode_soort": "MM"},
            {"niveau": "regionale_eenheid", "periode_soort": "JJ"},
            {"niveau": "gemeente", "periode_soort": "MM"},
            {"niveau": "gemeente", "periode_soort": "JJ"},
        ],
        "reeksen": [],
        "indicatoren": []
    },
    "politie_overlast_buurt": {
        "tabel": "47024NED",
        "familie": "overlast",
        "schaal": "buurt",
        "titel": "Geregistreerde overlast per wijk en buurt",
        "niveaus": [
            {"niveau": "nederland", "periode_soort": "MM"},
            {"niveau": "nederland", "periode_soort": "JJ"},
            {"niveau": "gemeente", "periode_soort": "MM"},
            {"niveau": "gemeente", "periode_soort": "JJ"},
            {"niveau": "wijk", "periode_soort": "MM"},
            {"niveau": "wijk", "periode_soort": "JJ"},
            {"niveau": "buurt", "periode_soort": "MM"},
            {"niveau": "buurt", "periode_soort": "JJ"},
        ],
        "reeksen": [],
        "indicatoren": []
    },
    "politie_overlast_gemeente": {
        "tabel": "47021NED",
        "familie": "overlast",
        "schaal": "gemeente",
        "titel": "Geregistreerde overlast per gemeente",
        "niveaus": [
            {"niveau": "nederland", "periode_soort": "MM"},
            {"niveau": "nederland", "periode_soort": "JJ"},
            {"niveau": "landsdeel", "periode_soort": "MM"},
            {"niveau": "landsdeel", "periode_soort": "JJ"},
            {"niveau": "provincie", "periode_soort": "MM"},
            {"niveau": "provincie", "periode_soort": "JJ"},
            {"niveau": "regionale_eenheid", "periode_soort": "MM"},
            {"niveau": "regionale_eenheid", "periode_soort": "JJ"},
            {"niveau": "gemeente", "periode_soort": "MM"},
            {"niveau": "gemeente", "periode_soort": "JJ"},
        ],
        "reeksen": [],
        "indicatoren": []
    },
    "vm_kerncijfers_regio": {
        "tabel": "85146NED",
        "familie": "enquete",
        "schaal": "gemeente",
        "titel": "Veiligheidsmonitor: kerncijfers per regio",
        "niveaus": [
            {"niveau": "nederland", "periode_soort": "JJ"},
            {"niveau": "landsdeel", "periode_soort": "JJ"},
            {"niveau": "provincie", "periode_soort": "JJ"},
            {"niveau": "regionale_eenheid", "periode_soort": "JJ"},
            {"niveau": "politiedistrict", "periode_soort": "JJ"},
            {"niveau": "basisteam", "periode_soort": "JJ"},
            {"niveau": "gemeente", "periode_soort": "JJ"},
        ],
        "reeksen": [],
        "indicatoren": []
    },
    "vm_online_kenmerken": {
        "tabel": "85846NED",
        "familie": "enquete",
        "schaal": "gemeente",
        "titel": "Veiligheidsmonitor: ervaren slachtofferschap online criminaliteit naar persoonskenmerken",
        "niveaus": [
            {"niveau": "nederland", "periode_soort": "JJ"},
        ],
        "reeksen": [],
        "indicatoren": []
    },
    "vm_online_regio": {
        "tabel": "85472NED",
        "familie": "enquete",
        "schaal": "gemeente",
        "titel": "Veiligheidsmonitor: slachtofferschap online criminaliteit per regio",
        "niveaus": [
            {"niveau": "nederland", "periode_soort": "JJ"},
            {"niveau": "landsdeel", "periode_soort": "JJ"},
            {"niveau": "provincie", "periode_soort": "JJ"},
            {"niveau": "regionale_eenheid", "periode_soort": "JJ"},
            {"niveau": "politiedistrict", "periode_soort": "JJ"},
            {"niveau": "basisteam", "periode_soort": "JJ"},
            {"niveau": "gemeente", "periode_soort": "JJ"},
        ],
        "reeksen": [],
        "indicatoren": []
    },
    "vm_traditioneel_regio": {
        "tabel": "85322NED",
        "familie": "enquete",
        "schaal": "gemeente",
        "titel": "Veiligheidsmonitor: slachtofferschap traditionele criminaliteit per regio",
        "niveaus": [
            {"niveau": "nederland", "periode_soort": "JJ"},
            {"niveau": "landsdeel", "periode_soort": "JJ"},
            {"niveau": "provincie", "periode_soort": "JJ"},
            {"niveau": "regionale_eenheid", "periode_soort": "JJ"},
            {"niveau": "politiedistrict", "periode_soort": "JJ"},
            {"niveau": "basisteam", "periode_soort": "JJ"},
            {"niveau": "gemeente", "periode_soort": "JJ"},
        ],
        "reeksen": [],
        "indicatoren": []
    }
}) }}
{%- endmacro %}
