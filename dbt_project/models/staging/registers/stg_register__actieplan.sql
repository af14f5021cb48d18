{{ register_gebeurtenissen('actieplan') }}
