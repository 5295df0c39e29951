"""What makes a site of chapters and package: Sphinx extensions, tools of `make`."""

import sys

# jsonschema loads this parser of addresses where it is installed: two seconds each
# time, for a check of formats that nothing here asks for.
sys.modules.setdefault("rfc3987_syntax", None)
