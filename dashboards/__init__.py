"""What people look at, as code: assets that a program of another environment imports."""
