{{ register_gebeurtenissen('politie_extract') }}
