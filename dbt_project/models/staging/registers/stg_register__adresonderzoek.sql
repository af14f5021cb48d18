{{ register_gebeurtenissen('adresonderzoek') }}
