{{ register_gebeurtenissen('boa') }}
