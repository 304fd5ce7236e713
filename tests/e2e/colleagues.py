"""Colleagues of 新洲 at one application: who they are, what one hands in, what another may try."""

import roads
from walker import Walker

T = "xinzhou"


def colleagues(world):
    return {"chen": world.person("chen.lei", T, organ="tech"), "jiang": world.person("jiang.nan", T, organ="tech"),
            "zhang": world.person("zhang.min", T, unit="jyj"), "xie": world.person("xie.lan", T, unit="jyj"), "approval": world.sign_in(T, "approval")}


def walker(people, tech="chen", unit="zhang"):
    return Walker(lambda t, organ, u: people[unit if organ == "unit" else tech], T, "jyj")


def submitted(people, name):
    w = walker(people)
    w.draft(roads.xinzhou(name, "58.60"))
    w.act("unit", "technical_review.submit")
    return w


def uuid(client, name):
    return next(c["person"] for c in client.get(f"/{T}/delegations").json["colleagues"] if c["name"] == name)


def try_act(w, client, act, **more):
    page = client.get(f"{w.path}/acts/{act}").json
    return client.post(f"{w.path}/acts/{act}", {"version": page["project"]["version"], "with": w.input(page, {}), **more})
