-- Measures under art. 13b of the Opium Act.
{{ registertabel("register = 'sluitingen'") }}
