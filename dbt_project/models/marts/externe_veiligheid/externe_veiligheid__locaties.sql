-- Sources of risk and incidents by location.
{{ registertabel(
    "indicator_code ~ '^EXT-(BRON|SEVESO|VOORVAL)' and indicator_code <> 'EXT-SEVESO-INSPECTIE'"
) }}
