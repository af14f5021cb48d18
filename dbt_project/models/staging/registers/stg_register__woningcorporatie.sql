{{ register_gebeurtenissen('woningcorporatie') }}
