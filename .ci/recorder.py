"""Stands between programs and the API, passes their calls on, and remembers them by the token that they carry."""

import collections
import http.client
import http.server
import urllib.parse

from serving import Serving

PATIENCE = 60
# What concerns one connection, and what is written anew for the other one.
OF_A_CONNECTION = ("connection", "content-length", "date", "host", "keep-alive", "server", "transfer-encoding")

Call = collections.namedtuple("Call", "method path status body")


class Recorder(Serving):
    def __init__(self, url):
        super().__init__(Handler)
        self.api = urllib.parse.urlsplit(url).netloc
        self.calls = collections.defaultdict(list)


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    # An answer goes out in one piece: the second one would wait for the first one's acknowledgement.
    wbufsize = -1

    def do_GET(self):
        connection = http.client.HTTPConnection(self.server.api, timeout=PATIENCE)
        connection.request(self.command, self.path, self.body(), passed_on(self.headers.items()))
        answer = connection.getresponse()
        body = answer.read()
        connection.close()
        token = self.headers.get("authorization", "").removeprefix("Bearer ")
        call = Call(self.command, self.path.partition("?")[0], answer.status, body)
        self.server.calls[token].append(call)
        self.send_response_only(answer.status)
        for name, value in passed_on(answer.getheaders()).items():
            self.send_header(name, value)
        if answer.status != 204:
            self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    do_POST = do_PUT = do_DELETE = do_PATCH = do_GET

    def body(self):
        if "chunked" not in self.headers.get("transfer-encoding", ""):
            return self.rfile.read(int(self.headers.get("content-length", 0)))
        chunks = []
        while size := int(self.rfile.readline().partition(b";")[0], 16):
            chunks.append(self.rfile.read(size))
            self.rfile.readline()
        self.rfile.readline()
        return b"".join(chunks)

    def log_message(self, *_):
        pass


def passed_on(headers):
    return {name: value for name, value in headers if name.lower() not in OF_A_CONNECTION}
