-- Reports of undermining by theme, channel, reporter and how they were dealt with.
{{ registertabel("register = 'meldpunt_ondermijning' and berekening in ('telling', 'lopend')") }}
