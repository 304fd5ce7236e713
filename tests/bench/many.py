"""Many districts out of the few that are real: their folders copied under other ids, names, hosts, groups and division codes."""
import json
import pathlib
import shutil


def districts(tenants):
    """The folders of districts with a regulation of their own, sorted."""
    return [p.parent for p in sorted(pathlib.Path(tenants).glob("*/tenant.json")) if json.loads(p.read_text(encoding="utf-8"))["regulations"]]


def renamed(tenant, old, new, number):
    """tenant.json of the copy: what must differ between two districts differs."""
    t = json.loads(json.dumps(tenant, ensure_ascii=False).replace(f'"gz-{old}-', f'"gz-{new.replace("_", "-")}-'))
    t.update(id=new, name=f"{t['name']}第{number}", full_name=f"{t['full_name']}第{number}", division_code=f"{t['division_code'][:6]}{number:06d}",
             hosts=[f"{new.replace('_', '-')}.guizhang.test"], upstream=None)
    t["numbering"]["project"] = f"Q{number}-" + t["numbering"]["project"]
    return t


def copy_district(source, target_dir, new, number, cases=False):
    """One copy; its scenario cases only where asked for: they are for the check, not for the load."""
    target = pathlib.Path(target_dir) / new
    shutil.copytree(source, target, ignore=None if cases else shutil.ignore_patterns("cases"))
    tenant = json.loads((source / "tenant.json").read_text(encoding="utf-8"))
    (target / "tenant.json").write_text(json.dumps(renamed(tenant, source.name, new, number), ensure_ascii=False, indent=1), encoding="utf-8")
    for rules in target.glob("*/rules.json"):
        text = rules.read_text(encoding="utf-8")
        old = f'"tenant": "{source.name}"'
        assert text.count(old) == 1, rules
        rules.write_text(text.replace(old, f'"tenant": "{new}"'), encoding="utf-8")
    return target


def make(tenants, target, count):
    """A tenants folder of that many districts in all, the real ones among them."""
    target = pathlib.Path(target)
    if not target.exists():
        shutil.copytree(tenants, target, ignore=shutil.ignore_patterns("cases"))
    real = districts(tenants)
    for i in range(count - len(real)):
        source = real[i % len(real)]
        copy_district(source, target, f"{source.name}_{i + 1}", i + 1)
    return target


def settings(path, tenants, folder):
    """As much of a settings file as it takes to load: nothing is opened by it."""
    path = pathlib.Path(path)
    (path.parent / "secrets").mkdir(exist_ok=True, mode=0o700)
    path.write_text(json.dumps({"mode": "test", "origin": "http://127.0.0.1", "tenants_dir": str(tenants), "migrations_dir": str(folder),
                                "secrets_dir": str(path.parent / "secrets"), "files_dir": str(folder), "upload_dir": str(folder),
                                "database": {"socket": "/nowhere"}}, ensure_ascii=False), encoding="utf-8")
    return path
