{{ register_gebeurtenissen('vergunningen') }}
