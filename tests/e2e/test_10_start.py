"""The platform as an operator meets it: it starts, says how it is, and shows the outside no more than it must."""
import http.client
import json
import re
import ssl
import subprocess
import urllib.parse

import pytest
from client import Client

CSP = ("default-src 'self'; script-src 'self'; style-src 'self'; object-src 'none'; base-uri 'none'; "
       "frame-ancestors 'none'; form-action 'self'")


def test_the_process_and_its_parts_are_said_to_be_well_without_a_session(world):
    c = Client(world.url)
    assert c.get("/healthz").status == 200
    ready = c.get("/readyz")
    assert ready.status == 200, ready
    assert all(part["ok"] for part in ready.json["parts"]), ready.json


def test_starting_again_restarts_cleanly(world):
    before = world.pid("guizhangd")
    world.script("start")
    assert world.pid("guizhangd") != before
    assert Client(world.url).get("/readyz").status == 200


def test_status_names_every_part(world):
    said = world.script("status").stdout
    for part in ("数据库", "政务目录", "平台", "上报", "网页入口"):
        assert any(line.startswith(part) and "运行中" in line for line in said.splitlines()), said


def test_a_busy_port_is_said_in_one_sentence(world):
    other = {**world.env, "GUIZHANG_HOME": str(world.home) + "-busy", "GUIZHANG_LDAPS_PORT": "1"}
    run = subprocess.run([str(world.env and __import__("world").TOP / "quickstart.sh"), "start"], env=other, text=True, capture_output=True, timeout=60)
    assert run.returncode != 0
    port = urllib.parse.urlsplit(world.url).port
    assert f"端口 {port}" in run.stderr and "GUIZHANG_HTTP_PORT" in run.stderr, run.stderr


def test_a_full_disk_is_said_in_one_sentence(world):
    other = {**world.env, "GUIZHANG_HOME": str(world.home) + "-full", "GUIZHANG_MIN_DISK_MB": "99999999"}
    run = subprocess.run([str(__import__("world").TOP / "quickstart.sh"), "start"], env=other, text=True, capture_output=True, timeout=60)
    assert run.returncode != 0 and "只剩" in run.stderr, run.stderr


def test_nginx_accepts_its_configuration(world):
    run = subprocess.run(["nginx", "-t", "-p", str(world.home / "run"), "-c", str(world.home / "etc/nginx/nginx.conf")],
                         text=True, capture_output=True, preexec_fn=world._become_user)
    assert run.returncode == 0, run.stderr


@pytest.mark.parametrize("path", ["/", "/login", "/healthz", "/no/such/page", "/xinzhou/home", "/xinzhou/regulation", "/static/look.css"])
def test_every_answer_carries_the_security_headers(world, path):
    answer = Client(world.url).page(path)
    assert answer.header("Content-Security-Policy") == CSP
    assert answer.header("X-Content-Type-Options") == "nosniff"
    assert answer.header("Referrer-Policy") == "same-origin"
    assert answer.header("Strict-Transport-Security") is None
    assert "nginx/" not in (answer.header("Server") or "")
    if not path.startswith("/static/"):
        assert "no-store" in answer.header("Cache-Control")
        assert "charset=utf-8" in answer.header("Content-Type").lower()


def test_static_files_are_light_and_kept_until_they_change(world):
    c = Client(world.url)
    asked = set(re.findall(r'"(/static/[a-z.]+\?v=[0-9]+)[#"]', c.page("/login").text))
    assert {a.split("?")[0] for a in asked} == {"/static/look.css", "/static/icons.svg"}
    for path in asked:
        answer = c.page(path, headers={"Accept-Encoding": "gzip"})
        assert answer.header("Cache-Control") == "public, max-age=31536000, immutable" and len(answer.body) < 15_000, path
    assert c.page("/static/look.css").header("Cache-Control") == "public, max-age=3600"


def test_over_tls_the_site_is_the_same_with_strict_transport_and_a_host_cookie(world):
    c = Client(world.tls_url, ca=str(world.home / "tls/ca.pem"))
    answer = c.page("/login")
    assert answer.status == 200 and "max-age=31536000" in answer.header("Strict-Transport-Security")
    from world import PASSWORD
    signed = c.login(world.holder_of("gz-xinzhou-tech"), PASSWORD, "xinzhou")
    cookies = [v for v in signed.all_headers("Set-Cookie") if v.startswith("__Host-")]
    assert cookies and "Secure" in cookies[0] and "HttpOnly" in cookies[0] and "SameSite=Strict" in cookies[0], signed.headers


def test_tls_below_1_2_is_refused(world):
    context = ssl.create_default_context(cafile=str(world.home / "tls/ca.pem"))
    context.minimum_version = ssl.TLSVersion.MINIMUM_SUPPORTED
    context.maximum_version = ssl.TLSVersion.TLSv1_1
    parts = urllib.parse.urlsplit(world.tls_url)
    with pytest.raises(ssl.SSLError):
        http.client.HTTPSConnection(parts.netloc, timeout=5, context=context).request("GET", "/healthz")


def test_a_district_answers_by_path_and_by_its_own_host_name(world):
    tenant = json.loads((world.home / "app/share/guizhang/tenants/xinzhou/tenant.json").read_text(encoding="utf-8"))
    by_path = Client(world.url).get("/xinzhou/regulation")
    by_host = Client(world.url, host=tenant["hosts"][0]).get("/regulation")
    assert by_path.status == by_host.status == 200
    assert by_path.json["regulation"]["title"] == by_host.json["regulation"]["title"]


def test_the_reference_of_routes_and_settings_is_printed(world):
    assert "/{t}/projects/{id}/acts/{act}" in world.guizhang("routes").stdout
    assert "request_deadline_s" in world.guizhang("settings").stdout


def test_a_test_clock_cannot_be_set_in_production(world, tmp_path):
    settings = json.loads((world.home / "etc/guizhang.json").read_text(encoding="utf-8"))
    settings["mode"] = "production"
    broken = world.home / "etc/production.json"
    broken.write_text(json.dumps(settings), encoding="utf-8")
    run = world.guizhang("--settings", str(broken), "ready", check=False)
    assert run.returncode != 0 and "测试时钟" in run.stderr, run.stderr
