"""What a cell of the book calls beside the kernels: sliders, figures, checks.

Nothing here computes what a chapter explains, and no kernel imports it.
"""
