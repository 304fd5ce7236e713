"""A person at the JSON twin of the pages, and helpers to read what comes back. Standard library only."""
import http.client
import json
import os
import re
import secrets
import ssl
import time
import urllib.parse


class Answer:
    def __init__(self, status, headers, body):
        self.status, self.headers, self.body = status, headers, body

    @property
    def json(self):
        return json.loads(self.body)

    @property
    def text(self):
        return self.body.decode("utf-8")

    def hidden(self, name):
        """What the page's form carries along under that name."""
        found = re.search(rf'name="{re.escape(name)}" value="([^"]*)"', self.text)
        return found and found.group(1)

    def header(self, name):
        return next((v for k, v in self.headers if k.lower() == name.lower()), None)

    def all_headers(self, name):
        return [v for k, v in self.headers if k.lower() == name.lower()]

    def __repr__(self):
        return f"<{self.status} {self.body[:300]!r}>"


class Client:
    """One browser without a window: keeps the cookie, sends the CSRF token and an idempotency key."""

    def __init__(self, url, ca=None, host=None, source=None):
        parts = urllib.parse.urlsplit(url)
        self.scheme, self.netloc = parts.scheme, parts.netloc
        self.cookies = {}
        self.csrf = None
        self.ca = ca
        self.host = host  # Host header, for districts by name
        self.login_name = None
        self.used = 0  # time.monotonic() of the last answer
        self.source = (source, 0) if source else None  # a desk of one's own on the loopback network

    def _connection(self, timeout):
        timeout *= 10 if os.environ.get("GUIZHANG_VALGRIND") == "1" else 1
        if self.scheme == "https":
            context = ssl.create_default_context(cafile=self.ca)
            return http.client.HTTPSConnection(self.netloc, timeout=timeout, context=context)
        return http.client.HTTPConnection(self.netloc, timeout=timeout, source_address=self.source)

    def request(self, method, path, body=None, headers=None, timeout=30, accept="application/json"):
        send = {"Accept": accept}
        if self.host:
            send["Host"] = self.host
        if self.cookies:
            send["Cookie"] = "; ".join(f"{k}={v}" for k, v in self.cookies.items())
        if method == "POST":
            send["Origin"] = f"{self.scheme}://{self.host or self.netloc}"
            send["Idempotency-Key"] = secrets.token_urlsafe(18)
            if self.csrf:
                send["X-CSRF-Token"] = self.csrf
        send.update(headers or {})
        send = {k: v for k, v in send.items() if v is not None}
        connection = self._connection(timeout)
        try:
            connection.request(method, path, body=body, headers=send)
            response = connection.getresponse()
            answer = Answer(response.status, response.getheaders(), response.read())
        finally:
            connection.close()
        self.used = time.monotonic()
        for line in answer.all_headers("Set-Cookie"):
            name, _, rest = line.partition("=")
            value = rest.split(";")[0]
            if value:
                self.cookies[name] = value
            else:
                self.cookies.pop(name, None)
        if (answer.header("Content-Type") or "").startswith("application/json"):
            try:
                self.csrf = answer.json.get("csrf", self.csrf)
            except (ValueError, AttributeError):
                pass
        return answer

    def get(self, path, **kw):
        return self.request("GET", path, **kw)

    def rows(self, path, key):
        """Every row of a list, page after page as next_after says."""
        found, after = [], ""
        while after is not None:
            answer = self.get(path + after)
            assert answer.status == 200, answer
            found += answer.json[key]
            after = answer.json.get("next_after")
            after = after and ("&" if "?" in path else "?") + f"after={after}"
        return found

    def page(self, path, **kw):
        return self.request("GET", path, accept="text/html", **kw)

    def post(self, path, data=None, headers=None, **kw):
        body = json.dumps(data if data is not None else {}, ensure_ascii=False).encode("utf-8")
        return self.request("POST", path, body, {"Content-Type": "application/json", **(headers or {})}, **kw)

    def form(self, path, fields, headers=None, **kw):
        body = urllib.parse.urlencode(fields, doseq=True).encode("ascii")
        return self.request("POST", path, body, {"Content-Type": "application/x-www-form-urlencoded", **(headers or {})}, **kw)

    def upload(self, path, fields, files, headers=None, **kw):
        """files: [(name, bytes)]; one multipart form, as a page without script sends it."""
        edge = "edge" + secrets.token_hex(12)
        out = []
        for key, value in fields.items():
            out.append(f'--{edge}\r\nContent-Disposition: form-data; name="{key}"\r\n\r\n{value}\r\n'.encode("utf-8"))
        for name, data in files:
            out.append(f'--{edge}\r\nContent-Disposition: form-data; name="file"; filename="{name}"\r\n'
                       "Content-Type: application/octet-stream\r\n\r\n".encode("utf-8") + data + b"\r\n")
        out.append(f"--{edge}--\r\n".encode("ascii"))
        return self.request("POST", path, b"".join(out),
                            {"Content-Type": f"multipart/form-data; boundary={edge}", **(headers or {})}, **kw)

    def login(self, login, password, tenant=None):
        self.login_name = login
        data = {"login": login, "password": password}
        if tenant:
            data["tenant"] = tenant
        return self.post("/login", data)


PDF = (b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n"
       b"3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n")


def pdf(text="", size=0):
    """A small valid PDF, told apart by its text, padded to size bytes."""
    body = PDF + ("% " + text + "\n").encode("utf-8")
    return body + b"%" + b"0" * (size - len(body) - 1) if size > len(body) else body
