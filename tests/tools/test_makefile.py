"""What `make` asks for before it does anything."""

import os
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize("target", ["install", "chrome"])
def test_a_python_that_is_too_old_is_named_before_anything_is_installed(
    tmp_path, target
):
    old = tmp_path / "python3.9"
    old.write_text('#!/bin/sh\n[ "$1" = --version ] && echo Python 3.9.18 || exit 1\n')
    old.chmod(0o755)
    asked = tmp_path / "apt-get"
    asked.write_text(f'#!/bin/sh\ntouch "{tmp_path}/asked"\n')
    asked.chmod(0o755)
    made = subprocess.run(
        ["make", target, f"PYTHON={old}"],
        cwd=ROOT,
        env={**os.environ, "PATH": f"{tmp_path}:{os.environ['PATH']}"},
        capture_output=True,
        text=True,
    )
    assert made.returncode
    said = f"The book needs Python 3.11 or newer; {old} is Python 3.9.18."
    assert said in made.stdout
    assert not (tmp_path / "asked").exists()


def test_a_chrome_that_is_no_program_is_named_and_none_is_installed(tmp_path):
    asked = tmp_path / "apt-get"
    asked.write_text(f'#!/bin/sh\ntouch "{tmp_path}/asked"\n')
    asked.chmod(0o755)
    path = f"{tmp_path}:{os.environ['PATH']}"
    made = subprocess.run(
        ["make", "chrome"],
        cwd=ROOT,
        env={**os.environ, "PATH": path, "CHROME": "/nowhere/chrome"},
        capture_output=True,
        text=True,
    )
    assert made.returncode
    assert made.stderr.startswith("CHROME is /nowhere/chrome, which is no program")
    assert not (tmp_path / "asked").exists()
