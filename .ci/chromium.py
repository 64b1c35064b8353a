"""Chromium, and where its pages come from."""

import contextlib
import http.server
import json
import os
import signal
import subprocess
import threading
from pathlib import Path

from serving import Serving
from smoke import session

CLIENT = Path(__file__).resolve().parent.parent / "clients/javascript/dist/esm"
REBOUND = "evil.test"
PATIENCE = 40


def browse(url, folder, meanwhile):
    """Opens the page until `meanwhile` is done, and gives what the browser has sent and heard."""
    folder.mkdir()
    log = folder / "net.json"
    command = [
        "chromium",
        "--headless",
        "--no-sandbox",
        "--disable-gpu",
        "--no-first-run",
        "--disable-background-networking",
        "--autoplay-policy=no-user-gesture-required",
        f"--user-data-dir={folder / 'profile'}",
        f"--host-resolver-rules=MAP {REBOUND} 127.0.0.1",
        "--no-proxy-server",
        f"--log-net-log={log}",
        url,
    ]
    quiet = {"stdin": subprocess.DEVNULL, "stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    browser = subprocess.Popen(command, start_new_session=True, **quiet)
    try:
        meanwhile()
    finally:
        browser.terminate()
        with contextlib.suppress(subprocess.TimeoutExpired):
            browser.wait(10)
        for pid in session(browser.pid):
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
    return log


class Server(Serving):
    """Serves a page with a plan, and hears from it. Its port is its own, so the page's origin is, too."""

    def __init__(self, page, plan=None):
        super().__init__(Handler)
        self.page, self.origin = Path(__file__).with_name(page), self.url
        self.plan, self.result, self.problems = plan, None, []
        self.started, self.finished = threading.Event(), threading.Event()


class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        if self.path.startswith("/client/"):
            # Which .ci/clients.sh has built.
            file = CLIENT / self.path.removeprefix("/client/")
            return self.answer(file.read_text(), "text/javascript")
        page = self.server.page.read_text().replace("PLAN", json.dumps(self.server.plan))
        self.answer(page if self.path == "/" else "")

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        if self.path == "/started":
            self.server.started.set()
        else:
            self.server.result = json.loads(body)
            self.server.finished.set()
        self.answer("")

    def answer(self, text, kind="text/html"):
        self.send_response(200)
        self.send_header("Content-Type", f"{kind}; charset=utf-8")
        self.end_headers()
        self.wfile.write(text.encode())

    def log_message(self, *_):
        pass
