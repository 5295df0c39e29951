"""Sphinx extensions of this book, one subject each; `_config.yml` names them."""
