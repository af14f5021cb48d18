-- Rates of municipalities and partnerships of this theme beside those of the areas that they lie in.
{{ benchmark_van('leefomgeving') }}
