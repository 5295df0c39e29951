"""Say why a build failed, one line for each cause, from what Sphinx has printed."""

import re

COLOR = re.compile(r"\x1b\[[\d;]*m")
RAISED = re.compile(r"^[\w.]+(?:Error|Exception): .+$", re.MULTILINE)
WARNING = re.compile(r"^.*(?:WARNING|ERROR): .*$", re.MULTILINE)
# MyST-NB's number of a line: that of its cell, then four digits, the line's plus 1.
PLACE = re.compile(r"(?<=\.ipynb):(\d+)(\d{4}):")
# Two files whose readers don't name them. What YAML says has several lines.
SYNTAX = re.compile(r"^yaml\.\S+Error: (.+(?:\n.+)*, column \d+)", re.MULTILINE)
SETTINGS = '"<unicode string>"', "_config.yml"
LITERATURE = re.compile(r"builder_inited_cite .*exception: (syntax error .+)\)$", re.M)
# Signs that an interrupted run has left stored outputs that no later run can read.
UNREADABLE = (
    "for cache record",
    "need to be cleared",
    "sqlite3.",
    "disk image is malformed",
    "file is not a database",
    "no such table",
)
STORED = (
    "The stored outputs of the notebooks can't be read, as after an interrupted run. "
    "They are removed: run it again."
)
FULL = "The disk is full. Make room, then run it again."
KNOWN = {
    "No space left on device": FULL,
    "disk is full": FULL,
    **dict.fromkeys(UNREADABLE, STORED),
}


def unreadable(log: str) -> bool:
    """Return whether a build failed over stored outputs, so that they have to go."""
    return any(sign in log for sign in UNREADABLE)


def causes(log: str) -> list[str]:
    """Return the causes that the log of a failed build names, its last line if none."""
    log = PLACE.sub(_place, COLOR.sub("", log))
    known = [said for sign, said in KNOWN.items() if sign in log]
    if known:
        return known[:1]
    if found := SYNTAX.search(log):
        return [" ".join(found[1].replace(*SETTINGS).split())]
    if found := LITERATURE.search(log):
        return [f"references.bib: {found[1]}"]
    # Jupyter Book ends its traceback with a box that names no cause.
    return (
        WARNING.findall(log) or RAISED.findall(log)[-1:] or log.strip().split("\n")[-1:]
    )


def _place(number: re.Match) -> str:
    """Return a place in a notebook as an author finds it, all cells counted."""
    return f", cell {number[1]}, line {int(number[2]) - 1}:"
