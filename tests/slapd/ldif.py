"""ldif.py - the directory's content as LDIF for slapadd: groups from tenants/*/tenant.json, people from a file.

ldif.py SUFFIX TENANTS_DIR PEOPLE_JSON HASH_OF_PEOPLE HASH_OF_SERVICE

slapadd runs no overlays, so memberOf is written here; entryUUIDs are derived from names, so that a
directory made anew has the same people.
"""
import base64
import glob
import json
import os
import sys
import uuid

STATES = {
    "disabled": [("pwdAccountLockedTime", "000001010000Z")],
    "must_change": [("pwdReset", "TRUE")],
    "expired": [("pwdChangedTime", "20200101000000Z")],
}


def line(name, value):
    plain = all(32 <= ord(c) < 127 for c in value) and value[:1] not in (" ", ":", "<") and value[-1:] != " "
    if plain:
        return f"{name}: {value}"
    return f"{name}:: {base64.b64encode(value.encode()).decode()}"


def entry(dn, pairs):
    print(line("dn", dn))
    for name, value in pairs:
        print(line(name, value))
    print(line("entryUUID", str(uuid.uuid5(uuid.NAMESPACE_URL, "guizhang:" + dn.split(",")[0]))))
    print()


def groups_of(tenants_dir):
    """cn -> description, in the order of the districts."""
    found = {}
    for path in sorted(glob.glob(os.path.join(tenants_dir, "*", "tenant.json"))):
        with open(path, encoding="utf-8") as f:
            t = json.load(f)
        rows = [(u["group"], u["name"]) for u in t["units"]]
        for part in ("organs", "roles"):
            rows += [(g["group"], g.get("name", key)) for key, g in t[part].items()]
        for cn, name in rows:
            if cn.lower() in (g.lower() for g in found):
                sys.exit(f"ldif.py: {path}: group {cn} stands for two posts")
            found[cn] = f"{t['name']} {name}"
    return found


def main():
    suffix, tenants_dir, people_path, people_hash, service_hash = sys.argv[1:]
    groups = groups_of(tenants_dir)
    with open(people_path, encoding="utf-8") as f:
        people = json.load(f)["people"]
    members = {cn: [] for cn in groups}
    for p in people:
        for cn in p["groups"]:
            if cn not in members:
                # a district that is not installed has no posts; a slip of the pen must not go unseen
                print(f"ldif.py: {p['login']}: no tenant.json has the group {cn}, left out", file=sys.stderr)
                continue
            members[cn].append(f"uid={p['login']},ou=people,{suffix}")

    entry(suffix, [("objectClass", "dcObject"), ("objectClass", "organization"),
                   ("dc", suffix.split(",")[0].split("=")[1]), ("o", "Guizhang")])
    for ou in ("people", "groups", "services", "policies"):
        entry(f"ou={ou},{suffix}", [("objectClass", "organizationalUnit"), ("ou", ou)])
    entry(f"cn=guizhang,ou=services,{suffix}",
          [("objectClass", "applicationProcess"), ("objectClass", "simpleSecurityObject"), ("cn", "guizhang"),
           ("userPassword", service_hash), ("pwdPolicySubentry", f"cn=services,ou=policies,{suffix}")])
    # groupOfNames needs a member: this one keeps a vacant post's group
    vacant = f"cn=vacant,ou=services,{suffix}"
    entry(vacant, [("objectClass", "applicationProcess"), ("cn", "vacant")])
    entry(f"cn=default,ou=policies,{suffix}",
          [("objectClass", "device"), ("objectClass", "pwdPolicy"), ("cn", "default"), ("pwdAttribute", "userPassword"),
           ("pwdMinLength", "10"), ("pwdCheckQuality", "1"), ("pwdInHistory", "5"), ("pwdMaxAge", "7776000"),
           ("pwdLockout", "TRUE"), ("pwdMaxFailure", "10"), ("pwdLockoutDuration", "900"),
           ("pwdFailureCountInterval", "900"), ("pwdMustChange", "TRUE"), ("pwdAllowUserChange", "TRUE")])
    # the service is never locked out by somebody's guesses
    entry(f"cn=services,ou=policies,{suffix}",
          [("objectClass", "device"), ("objectClass", "pwdPolicy"), ("cn", "services"), ("pwdAttribute", "userPassword"),
           ("pwdLockout", "FALSE")])
    for p in people:
        dn = f"uid={p['login']},ou=people,{suffix}"
        pairs = [("objectClass", "inetOrgPerson"), ("uid", p["login"]), ("cn", p["name"]), ("sn", p["name"][0]),
                 ("displayName", p["name"]), ("userPassword", people_hash),
                 ("mail", p.get("mail", f"{p['login']}@guizhang.test"))]
        if p.get("title"):
            pairs.append(("title", p["title"]))
        pairs += STATES[p["state"]] if "state" in p else []
        pairs += [("memberOf", f"cn={cn},ou=groups,{suffix}") for cn in groups if dn in members[cn]]
        entry(dn, pairs)
    for cn, text in groups.items():
        entry(f"cn={cn},ou=groups,{suffix}",
              [("objectClass", "groupOfNames"), ("cn", cn), ("description", text), ("member", vacant)]
              + [("member", dn) for dn in members[cn]])


if __name__ == "__main__":
    main()
