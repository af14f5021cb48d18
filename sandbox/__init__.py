"""The world, simulated: sample data, and a server that speaks the sources' own protocols. Not part of the product."""
