#!/usr/bin/env python3
"""Says, after a start, where the platform is, who can sign in with what, and what to try first.

welcome.py PEOPLE_JSON TENANTS_DIR URL PASSWORD
"""
import json
import pathlib
import sys

people_file, tenants_dir, url, password = sys.argv[1:5]
STATES = {"disabled": "已停用，用来看登录提示", "must_change": "须先改密码，用来看登录提示", "expired": "密码已过期，用来看登录提示"}
posts = {}
for path in sorted(pathlib.Path(tenants_dir).glob("*/tenant.json")):
    tenant = json.loads(path.read_text(encoding="utf-8"))
    rules = {}
    for version in tenant["regulations"]:
        rules.update(json.loads((path.parent / version / "rules.json").read_text(encoding="utf-8"))["organs"])
    for unit in tenant["units"]:
        posts[unit["group"]] = (tenant["name"], unit["name"], "申报、提交材料、登记合同与验收")
    for organ, row in tenant["organs"].items():
        name = row.get("name") or rules.get(organ, {}).get("name", organ)
        posts[row["group"]] = (tenant["name"], name, "受理、审查、审批本机关承担的环节")
    for row in tenant["roles"].values():
        posts[row["group"]] = (tenant["name"], row["name"], "查阅，不办理")

print(f"地址：{url}")
print(f"口令：{password}（全部演示账号相同）\n")
accounts = {}
for person in json.loads(pathlib.Path(people_file).read_text(encoding="utf-8"))["people"]:
    for group in person.get("groups", []):
        if group in posts:
            tenant, organ, may = posts[group]
            may = STATES.get(person.get("state"), may)
            accounts.setdefault(tenant, {}).setdefault(may, []).append(f"{person['login']:<14}{person['name']}\t{organ}")
for tenant, groups in accounts.items():
    print(tenant)
    for may, lines in groups.items():
        print(f"  {may}：")
        for line in lines:
            print(f"    {line}")
print(
    "\n先试这些：\n"
    "  1. 以新洲区的经办人登录，「新建申报」，总投资填 19.99，再改成 20 和 300，看路径、材料、时限怎样变化，依据哪一条。\n"
    "  2. 把一个项目送审，换成区大数据中心的账号受理，退回补正，再出具意见。\n"
    "  3. 看牡丹区项目的「上报与回执」，换成菏泽市的账号受理或退回。\n"
    f"  4. 不登录看 {url}guide：选一个区县，答几个问题，看一个项目从头到尾怎么办；两个区县可以并排看。\n"
    "停止：./quickstart.sh stop　状态：./quickstart.sh status　日志：./quickstart.sh logs　清空：./quickstart.sh reset"
)
