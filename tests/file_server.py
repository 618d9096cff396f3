"""A web server on 127.0.0.1 with the bad habits that a download meets."""

import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


@dataclass
class FileServer:
    """What the server offers and how it misbehaves; `requests` is what it was asked for."""

    files: dict[str, bytes]
    ranges: bool = True  # honours the header Range
    cuts: list[int] = field(default_factory=list)  # answer n stops after cuts[n] bytes
    status: int = 0  # answer with this error only
    url: str = ""
    requests: list[tuple[str, str | None]] = field(default_factory=list)  # (path, Range)


@contextmanager
def serve(server: FileServer) -> Iterator[FileServer]:
    """Run the server while the block runs; `server.url` is its address."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            name = self.path.lstrip("/")
            wanted = self.headers["Range"]
            server.requests.append((name, wanted))
            if server.status or name not in server.files:
                self.send_error(server.status or 404)
                return
            data = server.files[name]
            if wanted and server.ranges:
                match = re.fullmatch(r"bytes=(\d+)-", wanted)
                assert match is not None, wanted
                start = int(match[1])
                self.send_response(206)
                self.send_header("Content-Range", f"bytes {start}-{len(data) - 1}/{len(data)}")
                data = data[start:]
            else:
                self.send_response(200)
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data[: server.cuts.pop(0)] if server.cuts else data)

        def log_message(self, *args: object) -> None:
            pass

    web = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.url = f"http://127.0.0.1:{web.server_port}/"
    thread = threading.Thread(target=web.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield server
    finally:
        web.shutdown()
        web.server_close()
        thread.join()
