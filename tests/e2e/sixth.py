"""The tutorial's district (fcgi/regulation/TUTORIAL.md) beside those of an installation: its folder, people and groups, and a reload."""
import contextlib
import copy
import json
import os
import shutil
import signal

from client import Client
from directory import SUFFIX, directory
from world import PASSWORD, TOP, wait_until

T = "shili"
FOLDER = TOP / "tests/data/tutorial" / T
FACTS = {"project_name": "图书借阅管理系统", "project_summary": "全区通借通还", "category": "business_system", "total_investment": "120", "classified": "false"}


def posts():
    tenant = json.loads((FOLDER / "tenant.json").read_text(encoding="utf-8"))
    return [u["group"] for u in tenant["units"]] + [g["group"] for part in ("organs", "roles") for g in tenant[part].values()]


def people_and_groups():
    """One person a group: (dns, LDIF)."""
    dns, out = [], []
    for group in posts():
        person, cn = f"uid={group},ou=people,{SUFFIX}", f"cn={group},ou=groups,{SUFFIX}"
        out.append(f"dn: {person}\nobjectClass: inetOrgPerson\nuid: {group}\ncn: {group}\nsn: {group}\ndisplayName: {group}\nuserPassword: {PASSWORD}\n")
        out.append(f"dn: {cn}\nobjectClass: groupOfNames\ncn: {group}\nmember: {person}\n")
        dns += [cn, person]
    return dns, "\n".join(out)


def reload(world):
    before = set(world.workers())
    os.kill(world.pid("guizhangd"), signal.SIGHUP)
    wait_until("new workers", lambda: set(world.workers()) and not set(world.workers()) & before, 20)


@contextlib.contextmanager
def joined(world):
    """It is there, and is taken away again."""
    assert Client(world.url).get(f"/{T}/guide").status == 404   # not live anywhere until it is put there
    place = world.home / "app/share/guizhang/tenants" / T
    dns, ldif = people_and_groups()
    known = copy.copy(world.people)
    shutil.copytree(FOLDER, place)
    try:
        directory(world, "ldapadd", ldif=ldif)
        world.people.update({g: {"login": g, "groups": [g]} for g in posts()})
        for verb in ("secrets", "keys", "migrate"):
            world.guizhang(verb)
        reload(world)
        world.clock(T, "2026-07-10T09:00")
        yield
        world.clock(T, "real")
    finally:
        world.people = known
        world.sessions = {k: c for k, c in world.sessions.items() if k[0] != T}   # of people who are gone from the directory
        shutil.rmtree(place)
        directory(world, "ldapdelete", "-c", *dns)
        reload(world)
