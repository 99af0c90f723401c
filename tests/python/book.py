#!/usr/bin/env python3
"""The contact book goes through `vobject`, the reader of vCards that others use, and comes back whole.

    python3 tests/python/book.py target/debug/penpal

Makes an environment of its own below `target/` the first time.
"""
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
VENV = ROOT / "target" / "book-venv"


def in_own_environment():
    python = VENV / "bin" / "python"
    if Path(sys.prefix) == VENV:
        return
    if not (VENV / "ready").exists():
        subprocess.run([sys.executable, "-m", "venv", VENV], check=True)
        subprocess.run([python, "-m", "pip", "install", "-q", "vobject==0.9.9"], check=True)
        (VENV / "ready").touch()
    os.execv(python, [str(python), __file__, *sys.argv[1:]])


class Penpal:
    def __init__(self, binary, home):
        self.binary, self.home = binary, Path(home)
        self.home.mkdir(exist_ok=True)

    def run(self, *arguments, given=None):
        environment = {"HOME": str(self.home), "PENPAL_DATA_DIR": str(self.home / "data"), "PATH": os.environ["PATH"]}
        ran = subprocess.run([self.binary, *arguments], input=given, capture_output=True, env=environment, check=False)
        if ran.returncode != 0:
            sys.exit(f"penpal {arguments}: {ran.returncode}\n{ran.stderr.decode()}")
        return ran.stdout.decode()

    def people(self):
        return [json.loads(line) for line in self.run("people", "--json").splitlines()]


def content(person):
    """What has to survive: all but ids and the dates of this book."""
    kept = {key: value for key, value in person.items() if key not in ("id", "since", "changed", "stood", "merged")}
    kept["log"] = [{key: value for key, value in entry.items() if key != "id"} for entry in kept["log"]]
    for name in ("cards", "reach", "pages", "tags", "circles"):
        # A reader may write parameters in another order and in another case.
        kept[name] = sorted(kept[name], key=json.dumps)
    kept["cards"] = sorted(normal(line) for line in kept["cards"])
    return kept


def normal(line):
    head, _, value = line.partition(":")
    name, *parameters = head.split(";")
    parameters = sorted(one.upper() for part in parameters for one in spread(part))
    return ";".join([name.upper(), *parameters]) + ":" + value.rstrip(";")


def spread(parameter):
    name, _, values = parameter.partition("=")
    return [f"{name}={value}" for value in values.strip('"').split(",")] if name.upper() == "TYPE" else [parameter.replace('"', "")]


def main():
    binary = str(Path(sys.argv[1] if len(sys.argv) > 1 else ROOT / "target/debug/penpal").resolve())
    import vobject

    with tempfile.TemporaryDirectory() as folder:
        one = Penpal(binary, Path(folder) / "one")
        for card in sorted((ROOT / "tests/vcards").glob("*.vcf")):
            one.run("people", "import", str(card))
        one.run("people", "add", "ada@example.org", "--name", "Ada, \"the; Countess\"", "--met", "at the fair,\nby the oven")
        one.run("people", "tag", "ada@example.org", "bread", "with, comma")
        one.run("people", "circle", "ada@example.org", "neighbours")
        one.run("people", "edit", "ada@example.org", "--page", "https://ada.example/a,b;c", "--reach", "@ada@social.example")
        one.run("people", "note", "ada@example.org", "two\nlines; and a \\ backslash, " + "long " * 60)
        one.run("people", "stand", "ada@example.org", "connected")
        one.run("people", "log", "ada@example.org", "a call; about \"ovens\"", "--kind", "call", "--when", "2026-11-03")
        people = one.people()
        exported = one.run("people", "export")

        cards = list(vobject.readComponents(exported))
        assert len(cards) == len(people), f"{len(cards)} cards of {len(people)} people"
        for card, person in zip(cards, people):
            assert card.fn.value == person["name"], (card.fn.value, person["name"])
            mails = [mail.value for mail in card.contents.get("email", [])]
            wanted = [way["value"] for way in person["reach"] if way["kind"] == "email"]
            assert sorted(mails) == sorted(wanted), (mails, wanted)
            notes = [note.value for note in card.contents.get("note", [])]
            wanted = [entry["text"] for entry in person["log"] if entry["kind"] == "note"]
            assert notes == wanted, (notes, wanted)
            tags = [tag for line in card.contents.get("categories", []) for tag in line.value]
            assert tags == person["tags"], (tags, person["tags"])

        # As vobject itself writes them, unvalidated: it knows 3.0 and lets the rest be.
        back = "".join(card.serialize(validate=False) for card in cards)
        two = Penpal(binary, Path(folder) / "two")
        two.run("people", "import", "-", given=back.encode())
        before, after = [content(one) for one in people], [content(one) for one in two.people()]
        lost = 0
        for here, there in zip(before, after, strict=True):
            for key in here:
                if here[key] != there[key]:
                    lost += 1
                    print(f"{here['name']}: {key}\n  was {here[key]}\n  is  {there[key]}", file=sys.stderr)
        if lost:
            sys.exit(f"{lost} fields of {len(people)} people did not come back from vobject")
        print(f"{len(people)} people went through vobject and came back whole")


in_own_environment()
main()
