#!/usr/bin/env python3
"""A letter by penpal's real binary to a real mail server (aiosmtpd, TLS), read by another program (Python's email).

    tests/python/invite.py [PENPAL]      # target/debug/penpal unless told otherwise; makes an environment of its own

Two blogs on loopback: Ann's is followed and links to Bea's, who publishes a mail address and links back. The letter to Bea
goes out after a yes in a pseudo-terminal, arrives once, and holds the facts that stand on the pages.
"""
import os
import pathlib
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
VENV = ROOT / "target" / "python-venv"
NEEDS = ["aiosmtpd==1.4.6", "trustme"]

if pathlib.Path(sys.prefix) != VENV:
    if not (VENV / "bin" / "python").exists():
        subprocess.run([sys.executable, "-m", "venv", VENV], check=True)
    subprocess.run([VENV / "bin" / "pip", "install", "-q", *NEEDS], check=True)
    os.execv(VENV / "bin" / "python", [str(VENV / "bin" / "python"), *sys.argv])

import email
import email.policy
import http.server
import json
import pty
import ssl
import tempfile
import threading
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult
import trustme

PENPAL = pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else ROOT / "target" / "debug" / "penpal").resolve()
PASSWORD = "öffne dich"


def feed(title, home, posts):
    items = "".join(
        f"<entry><title>{name}</title><id>{home}{n}</id><link href='{home}{n}'/>"
        f"<published>2026-0{n}-01T00:00:00Z</published><updated>2026-0{n}-01T00:00:00Z</updated>"
        f"<content type='html'><![CDATA[{html}]]></content></entry>"
        for n, (name, html) in enumerate(posts, 1)
    )
    return (
        f"<?xml version='1.0'?><feed xmlns='http://www.w3.org/2005/Atom'><title>{title}</title><id>{home}</id>"
        f"<link href='{home}'/><updated>2026-05-01T00:00:00Z</updated>{items}</feed>"
    )


class Blog(http.server.ThreadingHTTPServer):
    """Serves pages by path."""

    def __init__(self):
        super().__init__(("127.0.0.1", 0), Pages)
        self.pages = {}
        self.home = f"http://127.0.0.1:{self.server_port}/"
        threading.Thread(target=self.serve_forever, daemon=True).start()


class Pages(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        kind, body = self.server.pages.get(self.path, (None, ""))
        self.send_response(200 if kind else 404)
        self.send_header("Content-Type", kind or "text/plain")
        self.end_headers()
        self.wfile.write(body.encode())

    def log_message(self, *_):
        pass


def publish(blog, title, head, posts):
    blog.pages["/feed.xml"] = ("application/atom+xml", feed(title, blog.home, posts))
    blog.pages["/"] = (
        "text/html",
        f"<html><head><title>{title}</title><link rel='alternate' type='application/atom+xml' href='/feed.xml'>{head}</html>",
    )
    for n, (name, html) in enumerate(posts, 1):
        blog.pages[f"/{n}"] = ("text/html", f"<html><title>{name}</title><h1>{name}</h1>{html}</html>")


class Inbox:
    def __init__(self):
        self.letters, self.login = [], []

    async def handle_DATA(self, server, session, envelope):
        self.letters.append((envelope.mail_from, envelope.rcpt_tos, envelope.content))
        return "250 taken"

    def let_in(self, server, session, envelope, mechanism, data):
        self.login.append((data.login.decode(), data.password.decode()))
        return AuthResult(success=data.password.decode() == PASSWORD)


def in_terminal(command, environment, answer):
    """Runs a command in a pseudo-terminal, answers its question, and gives what it showed and its status."""
    child, terminal = pty.fork()
    if child == 0:
        os.execve(command[0], [str(part) for part in command], environment)
    shown, answered = b"", False
    while True:
        try:
            piece = os.read(terminal, 4096)
        except OSError:
            break
        if not piece:
            break
        shown += piece
        if not answered and b"[y/N]" in shown:
            os.write(terminal, answer.encode() + b"\r")
            answered = True
    _, status = os.waitpid(child, 0)
    return shown.decode(errors="replace"), os.waitstatus_to_exitcode(status)


def main():
    folder = pathlib.Path(tempfile.mkdtemp(prefix="penpal-invite-"))
    ann, bea = Blog(), Blog()
    title = "Röggelchen &amp; other “small” breads"
    publish(ann, "Ann’s oven", "", [
        ("On rye", f"<p>My sourdough is old. <a href='{bea.home}2'>Bea’s small breads</a> are the best I know.</p>"),
        ("Flour", "<p>The sourdough wants rye flour from a mill.</p>"),
    ])
    publish(bea, "Bea’s crust", "<body class='h-card'><a class='p-name u-url' rel='me' href='/'>Beatrix Müller\r\n"
            "Bcc: everybody@blog.example</a><a href='mailto:bea@blog.example'>mail</a>", [
        ("A mill", "<p>The mill grinds rye flour for my sourdough.</p>"),
        (title, f"<p>My sourdough is as <a href='{ann.home}1'>Ann</a> has it. Small breads need a hot oven.</p>"),
    ])
    authority = trustme.CA()
    authority.cert_pem.write_to_path(folder / "ca.pem")
    tls = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    authority.issue_cert("127.0.0.1").configure_cert(tls)
    inbox = Inbox()
    server = Controller(inbox, hostname="127.0.0.1", port=0, ssl_context=tls, authenticator=inbox.let_in,
                        auth_required=True, auth_require_tls=False)
    server.ssl_context.check_hostname = False
    import socket
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        server.port = free.getsockname()[1]
    server.start()
    (folder / "config.toml").write_text(
        f'[discover]\nallow_private = true\n[me]\nname = "Ada Byron"\nblogs = ["http://ada.example/"]\n'
        f'mail = "ada@byron.example"\n[network]\nca_file = "{folder}/ca.pem"\n[mail]\nserver = "127.0.0.1"\n'
        f'port = {server.port}\nusername = "ada"\npassword_env = "SMTP_PASSWORD"\n'
    )
    environment = {"PATH": os.environ["PATH"], "HOME": str(folder), "PENPAL_DATA_DIR": str(folder / "data"),
                   "PENPAL_CONFIG": str(folder / "config.toml"), "VISUAL": "true", "SMTP_PASSWORD": PASSWORD,
                   "TERM": "dumb"}

    def penpal(*arguments):
        ran = subprocess.run([PENPAL, *arguments, "--json"], env=environment, capture_output=True, text=True)
        assert ran.returncode == 0, (arguments, ran.stdout, ran.stderr)
        return [json.loads(line) for line in ran.stdout.splitlines()]

    penpal("follow", ann.home)
    penpal("discover")
    suggested = penpal("suggest")
    assert [one["blog"]["site_url"] for one in suggested] == [bea.home], suggested
    shown, status = in_terminal([PENPAL, "invite", bea.home], environment, "y")
    assert status == 0, shown
    server.stop()

    assert len(inbox.letters) == 1 and inbox.login == [("ada", PASSWORD)], inbox.login
    sender, recipients, content = inbox.letters[0]
    assert (sender, recipients) == ("ada@byron.example", ["bea@blog.example"]), recipients
    letter = email.message_from_bytes(content, policy=email.policy.default)
    assert not letter.defects, letter.defects
    assert str(letter["From"]) == "Ada Byron <ada@byron.example>", letter["From"]
    (to,) = letter["To"].addresses
    assert to.addr_spec == "bea@blog.example" and to.display_name.startswith("Beatrix Müller"), to
    assert letter["Bcc"] is None and letter["Cc"] is None, letter.items()
    subject = str(letter["Subject"])
    assert "Röggelchen & other “small” breads" in subject, subject
    assert letter["Date"].datetime is not None and letter["Message-ID"].endswith("@byron.example>")
    assert letter.get_content_type() == "text/plain", letter.get_content_type()
    body = letter.get_content()
    for fact in ["Ada Byron", "http://ada.example/", f"{ann.home}1", "On rye", "Ann’s oven", f"{bea.home}2"]:
        assert fact in body, (fact, body)
    assert "[^" not in body and "# ----" not in body, body
    log = (folder / "data" / "journal").glob("*.ndjson")
    assert any(str(letter["Message-ID"]).strip("<>") in file.read_text() for file in log)
    (known,) = penpal("vet", bea.home)
    assert known["standing"] == "invited", known["standing"]
    penpal("invite", "--answered", str(letter["Message-ID"]))
    (known,) = penpal("vet", bea.home)
    assert known["standing"] == "answered", known["standing"]
    print("one letter arrived, was read by Python's email, and holds the right facts")


main()
