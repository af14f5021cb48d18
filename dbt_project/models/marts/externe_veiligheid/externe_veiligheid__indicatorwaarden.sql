-- All indicators of this theme, at all levels and over all kinds of period: one row per figure.
{{ indicatorwaarden_van('externe_veiligheid') }}
