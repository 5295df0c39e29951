"""What `make` runs beside Sphinx: python -m book.tools.NAME."""
