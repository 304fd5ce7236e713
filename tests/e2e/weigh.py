"""What a page weighs on the wire, and what it may weigh."""
import gzip
import re

WARM, COLD = 30_000, 100_000  # bytes: a page when what it needs is in the cache, and the first page of a day with all of that


class Fetched:
    """An answer as a browser gets it: its bytes on the wire, and its text."""

    def __init__(self, client, path, status=200):
        self.answer = client.request("GET", path, accept="text/html", headers={"Accept-Encoding": "gzip"})
        assert self.answer.status == status, self.answer
        self.client = client
        self.size, self.is_packed = len(self.answer.body), self.answer.header("Content-Encoding") == "gzip"
        self.text = (gzip.decompress(self.answer.body) if self.is_packed else self.answer.body).decode("utf-8")

    def parts(self):
        """Where the bytes are, the heaviest first: for whoever has to make a page lighter."""
        found = re.finditer(r'<section class="panel[^"]*"[^>]*aria-label(?:ledby)?="([^"]+)">.*?</section>', self.text, re.S)
        return sorted(((len(m.group(0).encode()), m.group(1)) for m in found), reverse=True)[:8]

    def needed(self):
        """The addresses of what the page needs beside itself."""
        return set(re.findall(r'(?:href|src)="(/static/[^"#]+)', self.text))

    def cold(self):
        return self.size + sum(Fetched(self.client, path).size for path in self.needed())
