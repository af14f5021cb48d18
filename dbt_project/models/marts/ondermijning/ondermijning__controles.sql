-- Joint checks and checks of addresses.
{{ registertabel("register in ('integrale_controles', 'adresonderzoek')") }}
