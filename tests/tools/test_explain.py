"""The one line for each cause that a failed build ends with."""

import pytest

from book.tools.explain import causes

WARNED = "read\n\x1b[91m/b/p.md:3: WARNING: no title\x1b[39;49;00m\n"
BOXED = """\
FileNotFoundError: [Errno 2] No such file or directory: 'x'

sphinx.errors.ExtensionError: Handler f threw an exception: x

The above exception was the direct cause of the following exception:

  File "main.py", line 528, in builder_specific_actions
RuntimeError:
\x1b[91m=====================\x1b[0m

There was an error in building your book. Look above for the cause.

\x1b[91m=====================\x1b[0m
"""
BAD_YAML = """\
Traceback (most recent call last):
yaml.parser.ParserError: while parsing a flow node
expected the node content, but found '<stream end>'
  in "<unicode string>", line 94, column 7:
      a: [
          ^
"""
BAD_BIB = """\
sphinx.errors.ExtensionError: Handler <function builder_inited_cite at 0x7> for event \
'builder-inited' threw an exception (exception: syntax error in line 5: premature end)
"""
BROKEN = "KeyError: 'Notebook file does not exist for cache record PK: 17'"


@pytest.mark.parametrize(
    ("log", "cause"),
    [
        (WARNED, "/b/p.md:3: WARNING: no title"),
        ("/b/q.ipynb:120006: ERROR: a\n", "/b/q.ipynb, cell 12, line 5: ERROR: a"),
        ("read\nKeyError: 'x'\n", "KeyError: 'x'"),
        (BOXED, "sphinx.errors.ExtensionError: Handler f threw an exception: x"),
        ("Killed\n", "Killed"),
        (
            BAD_YAML,
            "while parsing a flow node expected the node content, but found "
            "'<stream end>' in _config.yml, line 94, column 7",
        ),
        (BAD_BIB, "references.bib: syntax error in line 5: premature end"),
    ],
)
def test_a_cause_is_one_line(log, cause):
    assert causes(log) == [cause]


def test_each_failure_is_named():
    found = causes(WARNED + BOXED + "/q.md:3: ERROR: a\n")
    assert found == ["/b/p.md:3: WARNING: no title", "/q.md:3: ERROR: a"]


@pytest.mark.parametrize("log", ["OSError: No space left on device\n" + BROKEN, BROKEN])
def test_what_one_can_do_is_said(log):
    [cause] = causes(WARNED + log)
    assert cause.endswith("run it again.")
