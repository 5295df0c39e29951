"""What `make book` does around Jupyter Book: what it shows, forgets, and refuses."""

import errno
import signal
import subprocess
import sys
from contextlib import nullcontext, suppress

import psutil
import pytest

from book.tools import build
from book.tools.follow import follow
from book.tools.lock import locked
from book.tools.progress import one_line


@pytest.fixture
def book(tmp_path, monkeypatch):
    """A folder in which building is nothing but what a test makes of it."""
    monkeypatch.chdir(tmp_path)
    build.SITE.mkdir(parents=True)
    build.READ.parent.mkdir()
    build.READ.write_text("read")
    monkeypatch.setattr(build, "execute", lambda notebooks, root: [])
    monkeypatch.setattr(build, "build_pages", lambda: True)
    monkeypatch.setattr(build, "take_screenshots", lambda: None)
    return tmp_path


def test_a_build_ends_with_the_time_of_each_stage(book, capsys):
    build.build()
    told = capsys.readouterr().out
    assert "Done (notebooks 0 s, pages 0 s, screenshots 0 s)" in told
    assert (build.SITE / ".done").exists()
    assert build.READ.exists()


@pytest.mark.parametrize("end", ["failed", "stopped"])
def test_after_a_failed_build_all_pages_are_read_again(book, monkeypatch, capsys, end):
    def pages():
        build.LOG.write_text("/b/p.md:3: WARNING: no title\n")
        if end == "stopped":
            raise KeyboardInterrupt
        return False

    monkeypatch.setattr(build, "build_pages", pages)
    with pytest.raises((SystemExit, KeyboardInterrupt)):
        build.build()
    assert ("   /b/p.md:3: WARNING: no title" in capsys.readouterr().out) == (
        end == "failed"
    )
    assert not (build.SITE / ".done").exists()
    read = []
    monkeypatch.setattr(
        build, "build_pages", lambda: read.append(build.READ.exists()) or True
    )
    build.build()
    assert read == [False]
    build.READ.write_text("read")
    build.build()
    assert read == [False, True]


def test_notebooks_that_fail_end_the_build(book, monkeypatch, capsys):
    monkeypatch.setattr(build, "execute", lambda *_: ["p.ipynb, cell [2]: x"])
    with pytest.raises(SystemExit) as end:
        build.build()
    assert end.value.code == 1
    assert "   p.ipynb, cell [2]: x\n" in capsys.readouterr().out
    assert not (build.SITE / ".done").exists()


def test_stored_outputs_that_cannot_be_read_are_removed(book, monkeypatch):
    def pages():
        build.LOG.write_text("KeyError: 'no file for cache record PK: 1'")
        return False

    monkeypatch.setattr(build, "build_pages", pages)
    build.CACHE.mkdir()
    with pytest.raises(SystemExit):
        build.build()
    assert not build.CACHE.exists()


def test_a_second_build_at_the_same_time_ends_with_a_line(tmp_path):
    code = (
        "from pathlib import Path; from book.tools.lock import locked\n"
        f"with locked(Path({str(tmp_path / 'b' / '.lock')!r})): print('building')"
    )
    second = [sys.executable, "-c", code]
    with locked(tmp_path / "b" / ".lock"):
        ended = subprocess.run(second, capture_output=True, text=True)
    assert ended.returncode == 1
    assert ended.stdout == ""
    assert ended.stderr.startswith("== The book is being built already")
    assert ended.stderr.count("\n") == 1
    assert subprocess.run(second, capture_output=True, text=True).stdout == "building\n"


@pytest.mark.parametrize(
    ("error", "code", "said"),
    [
        (OSError(errno.ENOSPC, "x"), 1, "== The disk is full."),
        (PermissionError(errno.EACCES, "x"), 1, "== The book's folder can't be"),
        (OSError("(sqlite3) database is locked"), 1, "== (sqlite3) database is"),
        (KeyboardInterrupt(), 130, "== Stopped; the next run"),
    ],
)
def test_what_ends_a_program_is_said_in_one_line(capsys, error, code, said):
    with pytest.raises(SystemExit) as end, one_line():
        raise error
    assert end.value.code == code
    assert capsys.readouterr().out.startswith(said)


def test_a_command_is_followed_line_by_line(tmp_path):
    heard = []
    code = "import sys, time; print('one', flush=True); time.sleep(2.5); sys.exit(3)"
    log = tmp_path / "log"
    assert follow([sys.executable, "-c", code], log, heard.append) == 3
    assert heard[0] == "one\n" or heard[:2] == ["", "one\n"]
    assert heard.count("") >= 2
    assert log.read_text() == "one\n"


@pytest.mark.parametrize("end", ["stopped", "killed"])
def test_what_a_command_has_started_ends_with_it(tmp_path, end):
    """As KaTeX's server, which Sphinx starts: it holds the pipe that is read."""

    def hear(line):
        if line and end == "stopped":
            raise KeyboardInterrupt

    log = tmp_path / "log"
    command = ["sh", "-c", "sleep 100 & echo $!; sleep 0.2; kill -9 $$"]
    if end == "stopped":
        with pytest.raises(KeyboardInterrupt):
            follow(command, log, hear)
    else:
        assert follow(command, log, hear) == -signal.SIGKILL
    with suppress(psutil.NoSuchProcess):
        psutil.Process(int(log.read_text())).wait(timeout=5)


@pytest.mark.parametrize(
    ("tool", "said"),
    [
        ("print('No Chrome')", "No Chrome"),
        ("raise ValueError('x')", "   ValueError: x"),
    ],
)
def test_what_taking_screenshots_says_is_told(
    tmp_path, monkeypatch, capsys, tool, said
):
    package = tmp_path / "book" / "tools"
    package.mkdir(parents=True)
    (package / "screenshots.py").write_text(tool)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    build.FOLDER.mkdir()
    with pytest.raises(SystemExit) if "raise" in tool else nullcontext():
        build.take_screenshots()
    assert capsys.readouterr().out.splitlines()[-1] == said


def test_pages_that_sphinx_reads_and_writes_are_shown(monkeypatch, tmp_path):
    told = []

    def sphinx(command, log, hear, env):
        for line in [
            "reading sources... [ 12%] chapters/notes\n",
            "/b/p.md:3: WARNING: no title\n",
            "writing output... [100%] index\n",
        ]:
            hear(line)
        return 1

    class Shown:
        def __enter__(self):
            return told.append

        def __exit__(self, *_):
            return None

    monkeypatch.setattr(build, "follow", sphinx)
    monkeypatch.setattr(build, "working", lambda text: Shown())
    assert build.build_pages() is False
    assert told == ["Reading pages: 12%, chapters/notes", "Writing pages: 100%, index"]


@pytest.mark.parametrize(
    ("happens", "said"),
    [
        ("raise KeyboardInterrupt", "== Stopped"),
        ("signal.raise_signal(signal.SIGTERM)", "== Stopped"),
        ("signal.raise_signal(signal.SIGHUP)", "== Stopped"),
        ("raise ValueError", "Traceback"),
    ],
)
def test_what_stops_a_tool_is_one_line_and_an_error_is_not(happens, said):
    # Tests that run under nohup pass on that it is ignored.
    as_usual = "import signal; signal.signal(signal.SIGHUP, signal.SIG_DFL)"
    code = f"{as_usual}; import book.tools; {happens}"
    ended = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert ended.returncode != 0
    assert ended.stderr.startswith(said)
    assert (ended.stderr.count("\n") == 1) == (said == "== Stopped")


def test_under_nohup_a_tool_goes_on_when_the_terminal_is_closed():
    code = (
        "import signal; signal.signal(signal.SIGHUP, signal.SIG_IGN); "
        "import book.tools; signal.raise_signal(signal.SIGHUP)"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
