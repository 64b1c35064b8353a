"""What the tests of files have in common."""

import itertools

from server import ID, answer, hang_up, json

SMALL = 4 * 1024 * 1024
LARGE = SMALL + 1
BYTES = b"\x07" * LARGE
ABOUT = {"id": ID, "filename": "x", "file_size": 1, "brand_new": True}
CREATED = json(201, {**ABOUT, "upload": None})
STORED = answer(200)
CONTENT = "Merry Christmas"
count = itertools.count()


def address(sock, request):
    """The answer to an announcement, each with another address."""
    about = request.json
    headers = {
        "content-type": about["file_type"],
        "content-length": str(about["file_size"]),
        "if-none-match": "*",
    }
    url = f"http://{request.headers['host']}/files/x?X-Amz-Signature=hidden{next(count)}"
    upload = {"method": "PUT", "url": url, "headers": headers, "expires_at": 1}
    json(201, {**ABOUT, "upload": upload})(sock, request)


def refused(status, code):
    return answer(status, f"<Error><Code>{code}</Code><Signature>hidden</Signature></Error>")


def link(sock, request):
    """The answer with a link to the same server, each with another signature."""
    url = f"http://{request.headers['host']}/files/x?X-Amz-Signature=hidden{next(count)}"
    attachment = {
        "id": ID,
        "file_url": url,
        "filename": "House.txt",
        "file_type": "text/plain",
        "file_size": len(CONTENT),
    }
    json(200, {"url": url, "expires_at": 1} if request.path.endswith("/download") else attachment)(sock, request)


def file(**headers):
    disposition = "attachment; filename=\"Cafe.wav\"; filename*=UTF-8''Caf%C3%A9%20%28live%29.wav"
    own = {"content-type": "audio/wav; charset=binary", "content-disposition": disposition}
    return answer(200, CONTENT, {**own, **{name.replace("_", "-"): value for name, value in headers.items()}})


HALF = f"HTTP/1.1 200 OK\r\ncontent-length: {len(CONTENT)}\r\n\r\nMerry"


def half(sock, request):
    sock.sendall(HALF.encode())
    hang_up(sock, request)


def watched(gone, text):
    """Some bytes, and then it waits until the other side ends the connection."""

    def answered(sock, request):
        sock.sendall(text.encode())
        try:
            if not sock.recv(1):
                gone.set()
        except OSError:
            gone.set()

    return answered
