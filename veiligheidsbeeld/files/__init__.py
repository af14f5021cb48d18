"""The way in for dropped files: who may send what, when a file has stopped growing, and how it is taken once."""
