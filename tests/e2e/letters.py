"""A round of the pusher and a night of one district, with settings and a mail server of the test's own."""
import json
import os
import re
import subprocess


def settings(world, name, port=None, **mail):
    """The installation's settings with the run's hour at midnight and a mail server, for a pusher of the test's own."""
    text = json.loads((world.home / "etc/guizhang.json").read_text())
    text["nightly"] = {"hour": 0}
    text["push"] = {"backoff_min_s": 1, "backoff_max_s": 1}
    if port:
        text["mail"] = {"url": f"smtp://127.0.0.1:{port}", "from": "xm@guizhang.test", **mail}
    path = world.home / "etc" / name
    path.write_text(json.dumps(text))
    path.chmod(0o644)
    return str(path)


def push(world, path, tenant="xinzhou"):
    """One round of a pusher, as the service's own user."""
    command = [str(world.home / "app/bin/guizhang-push"), "--once", "--tenant", tenant, path]
    if os.geteuid() == 0:
        command = ["setpriv", "--reuid", world.user, "--regid", world.user, "--clear-groups", "--inh-caps=-all", "--", *command]
    run = subprocess.run(command, env=world.env, text=True, capture_output=True, timeout=120)
    return run.stderr


def night(world, at, path, tenant="xinzhou"):
    world.clock(tenant, at)
    for _ in range(20):
        push(world, path, tenant)
        if world.sql("gz_" + tenant, f"SELECT 1 FROM nightly WHERE day = '{at[:10]}' AND state = 'done' AND posts_at IS NOT NULL"):
            push(world, path, tenant)
            return
    raise AssertionError("the run did not end")


def says(letter, *words):
    """Whether one paragraph of a letter has all the words: a letter tells of several projects."""
    return letter is not None and any(all(w in part for w in words) for part in re.split(r"\r?\n\r?\n", letter.get_content()))
