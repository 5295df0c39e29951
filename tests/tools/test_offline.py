"""The offline edition: one zip of the whole site."""

import errno
import sys
import zipfile
from pathlib import Path

import pytest

from book.tools.offline import pack, run


def test_it_is_the_whole_site_in_the_same_bytes(tmp_path):
    site = tmp_path / "site"
    (site / "deep").mkdir(parents=True)
    for name in ("index.html", "deep/page.html", ".hidden"):
        (site / name).write_text(f"<p>{name}</p>")
    zips = []
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        zips.append(pack(site, tmp_path / name))
        (site / "index.html").touch()  # a later date
    assert zips[0].read_bytes() == zips[1].read_bytes()
    assert zips[0].name == "from-thresholds-to-attention-0.1.0.zip"
    with zipfile.ZipFile(zips[0]) as archive:
        assert {e.date_time for e in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        archive.extractall(tmp_path)
    unpacked = tmp_path / zips[0].stem
    files = {f.relative_to(unpacked) for f in unpacked.rglob("*") if f.is_file()}
    assert files == {Path("index.html"), Path("deep/page.html")}
    for name in files:
        assert (unpacked / name).read_bytes() == (site / name).read_bytes()


def test_an_edition_is_there_whole_or_the_last_one_stays(tmp_path, monkeypatch, capsys):
    def make(site, folder):
        (folder / "book.zip").write_text("new")
        return folder / "book.zip"

    def fill(site, folder):
        make(site, folder)
        raise OSError(errno.ENOSPC, "full")

    (tmp_path / "book.zip").write_text("old")
    monkeypatch.setattr(sys, "argv", ["offline", "site", str(tmp_path)])
    with pytest.raises(SystemExit, match="1"):
        run(fill, "Make.", "The edition")
    assert capsys.readouterr().out.startswith("== The disk is full.")
    assert [f.read_text() for f in tmp_path.iterdir()] == ["old"]
    run(make, "Make.", "The edition")
    assert capsys.readouterr().out == f"== The edition is {tmp_path / 'book.zip'}\n"
    assert [f.read_text() for f in tmp_path.iterdir()] == ["new"]
