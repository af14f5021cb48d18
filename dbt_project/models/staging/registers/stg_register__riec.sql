{{ register_gebeurtenissen('riec') }}
