"""The directory changed by its own administrator, and who is in a group."""
import subprocess

SUFFIX = "dc=guizhang,dc=test"


def directory(world, program, *words, ldif=None):
    """An OpenLDAP client program as the directory's own administrator."""
    folder = world.home / "slapd"
    settings = dict(line.split("=", 1) for line in (folder / "settings").read_text().splitlines())
    run = subprocess.run([program, "-x", "-H", settings["ldapi_url"].strip("'"), "-D", f"cn=admin,{SUFFIX}", "-y", str(folder / "admin-password"), *words],
                         text=True, capture_output=True, input=ldif, timeout=60)
    assert run.returncode == 0, f"{program}: {run.stdout}\n{run.stderr}"


def members(world, group, verb, *logins):
    lines = "".join(f"member: uid={login},ou=people,{SUFFIX}\n" for login in logins)
    directory(world, "ldapmodify", ldif=f"dn: cn={group},ou=groups,{SUFFIX}\nchangetype: modify\n{verb}: member\n{lines}")
