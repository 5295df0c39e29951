"""The kernels of the book "From Thresholds to Attention".

Every kernel is a plain function of arrays that works the same on NumPy arrays and
PyTorch tensors. The modules are imported by name, such as
``from textbook.conv import conv2d``, so that a reader of one chapter loads what that
chapter needs and nothing else. Not here: layers that hold weights, training, data; what
the chapters' figures and sliders need is in ``textbook.lesson``.
"""
