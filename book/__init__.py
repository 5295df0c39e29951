"""What makes a site of chapters and package: Sphinx extensions, tools of `make`."""
