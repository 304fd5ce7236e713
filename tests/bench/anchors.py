"""The anchors, behind the very nginx that serves the application: a bare libfcgi worker, the same asking the database, and nginx's own answer."""
import hashlib
import os
import pathlib
import shutil
import signal
import subprocess

from world import free_ports, wait_until
from client import Client

SCHEMA = "gz_bench_bare"
TOKEN = "bare-session-token"
KINDS = {"read": 10000, "session": 10000, "list": 99, "write": 10000}  # and the highest number each is asked for

SITE = """
server {{
    listen 127.0.0.1:{port};
    server_name _;
    location = /hello {{
        include fastcgi_guizhang_params;
        include security_headers;
        fastcgi_pass unix:{socket};
        fastcgi_ignore_client_abort on;
    }}
    location /bare/ {{
        include fastcgi_guizhang_params;
        include security_headers;
        fastcgi_pass unix:{socket};
        fastcgi_ignore_client_abort on;
    }}
    location = /return {{
        include security_headers;
        return 200 "{body}";
    }}
    include locations;
}}
"""


class Anchors:
    def __init__(self, world, program, workers):
        self.world = world
        port, = free_ports(1)
        self.url = f"http://127.0.0.1:{port}"
        self.socket = world.home / "run/hello.sock"
        program = shutil.copy(program, world.home / "run")  # where the unprivileged user may enter
        world.sql("", f"CREATE DATABASE {SCHEMA}")
        world.sql(SCHEMA, pathlib.Path(__file__).with_name("bare.sql").read_text(encoding="utf-8"))
        world.sql(SCHEMA, f"INSERT INTO session VALUES ('{hashlib.new('sm3', TOKEN.encode()).hexdigest()}', 'zhangsan', 'reader writer')")
        self.process = subprocess.Popen([program, str(self.socket), str(workers), f"{world.home}/run/db.sock", world.user, SCHEMA], stdin=subprocess.DEVNULL, start_new_session=True,
                                        preexec_fn=world._become_user)
        etc = world.home / "etc/nginx"
        (etc / "bench.conf").write_text(SITE.format(port=port, socket=self.socket, body="x" * 1024))
        conf = etc / "nginx.conf"
        text = conf.read_text().rstrip()
        assert text.endswith("}")
        conf.write_text(text[:-1] + "    include bench.conf;\n}\n")
        os.kill(world.pid("nginx"), signal.SIGHUP)
        for path in ("/hello", "/return"):
            wait_until(path, lambda: len(Client(self.url).get(path).body) == 1024)

    def paths(self, kind):
        return [f"/bare/{kind}/{n}" for n in range(1, KINDS[kind] + 1, KINDS[kind] // 99)]

    @property
    def pid(self):
        return self.process.pid

    def stop(self):
        if self.process.poll() is None:
            self.process.terminate()
            self.process.wait(10)
