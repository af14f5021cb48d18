-- Bibob checks per year, counts only.
{{ registertabel("register = 'bibob'") }}
