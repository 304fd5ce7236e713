#!/usr/bin/env python3
"""Writes peers.json for an installation where every bureau is a tenant of the same platform.

peers.py TENANTS_DIR PUBLIC_URL CA_FILE SECRETS_DIR
"""
import json
import pathlib
import sys

tenants_dir, url, ca, secrets = sys.argv[1:5]
peers = {}
for path in sorted(pathlib.Path(tenants_dir).glob("*/tenant.json")):
    tenant = json.loads(path.read_text(encoding="utf-8"))
    me = tenant["id"]
    parties = [row["party"] for row in (tenant.get("upstream") or {}).values()]
    parties += [row["party"] for row in tenant.get("downstream") or []]
    peers[me] = {
        "key": f"{secrets}/sm2-{me}.pem",
        "peers": {
            party: {"endpoint": f"{url}/{party}/exchange", "ca": ca, "public_key": f"{secrets}/sm2-{party}.pub"}
            for party in parties
        },
    }
print(json.dumps(peers, ensure_ascii=False, indent=2))
