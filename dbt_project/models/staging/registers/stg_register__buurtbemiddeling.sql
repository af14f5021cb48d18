{{ register_gebeurtenissen('buurtbemiddeling') }}
