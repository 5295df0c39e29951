"""The kernels of the book "From Thresholds to Attention".

Every kernel is a plain function of arrays that works the same on NumPy arrays and
PyTorch tensors. The modules are imported by name, such as ``from textbook.conv import
conv2d``, so that a chapter loads what it needs and nothing else.
"""
