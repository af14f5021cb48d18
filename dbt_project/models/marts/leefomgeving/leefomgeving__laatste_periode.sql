-- The newest period of each kind per indicator of this theme.
{{ laatste_perioden_van('leefomgeving') }}
