{{ register_gebeurtenissen('crisismaatregelen') }}
