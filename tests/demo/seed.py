#!/usr/bin/env python3
"""Fills a fresh installation with a small demo by doing the real operations over the JSON twin of the pages.

seed.py --url URL --password PASSWORD --people people.json --clock COMMAND…   (COMMAND … clock set --tenant T --at X moves a clock)
"""
import argparse
import pathlib
import sys

HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent / "e2e")]
import roads  # noqa: E402
from town import Town  # noqa: E402
from walker import Walker  # noqa: E402

parser = argparse.ArgumentParser()
parser.add_argument("--url", required=True)
parser.add_argument("--password", required=True)
parser.add_argument("--people", required=True)
parser.add_argument("--clock", required=True, help="the guizhang command, as one shell word list")
args = parser.parse_args()
town = Town(args.url, args.password, args.people, args.clock.split("|"))
clock = town.clock


def project(tenant, unit, facts, *roads_taken):
    w = Walker(town.sign_in, tenant, unit)
    w.draft(facts)
    for road in roads_taken:
        w.walk(road)
    print(f"{tenant} {facts['project_name']}: {w.project}")
    return w


for tenant, keeper in (("xinzhou", "approval"), ("luan", "competent"), ("chuxiong", "competent"), ("yubei", "competent")):
    town.fill_pool(tenant, keeper)

X, M = roads.xinzhou, roads.mudan
clock("xinzhou", "2026-09-21T09:00")
project("xinzhou", "shj", X("防汛抗旱指挥系统升级项目", "286.00", build_mode="upgrade"), roads.XINZHOU_REVIEW, roads.XINZHOU_APPROVAL)
clock("xinzhou", "2026-09-24T09:30")
waiting = project("xinzhou", "jyj", X("义务教育招生服务平台建设项目", "86.50"), roads.XINZHOU_REVIEW[:2])
project("xinzhou", "wjj", X("基层医疗机构电子票据项目", "19.99"), [("unit", "filing.submit")])
project("xinzhou", "zcj", X("街道综合治理数据接入项目", "48.00"), roads.XINZHOU_REVIEW[:1])
project("xinzhou", "jyj", X("区域教育大数据平台项目", "412.60", technically_complex=True))
clock("xinzhou", "real")

clock("heze", "2024-09-10T09:00")
clock("mudan", "2024-03-11T09:00")
first = project("mudan", "mzj", M("智慧养老服务监管平台建设项目", "368.00"), roads.MUDAN_INITIATION)
clock("mudan", "2024-06-03T09:00")
first.walk(roads.MUDAN_CONTRACT[:2])
project("mudan", "mzj", M("社会救助信息核对系统项目", "92.40"), roads.MUDAN_INITIATION)
clock("mudan", "2024-06-12T09:00")
project("mudan", "jtj", M("中小学学籍数据治理项目", "128.00"), roads.MUDAN_INITIATION[:2])

L, C, Y = roads.luan, roads.chuxiong, roads.yubei
clock("luan", "2025-06-16T09:00")
argued = project("luan", "mzj", L("救助服务协同平台", "320.00"), roads.LUAN_APPLICATION)
project("luan", "wjw", L("全民健康信息平台升级", "86.00", build_mode="upgrade"), roads.LUAN_APPLICATION[:1])
clock("luan", "2025-08-05T09:00")
argued.walk(roads.LUAN_ARGUED + roads.LUAN_RECORD)
clock("luan", "real")

clock("chuxiong", "2025-06-16T09:00")
project("chuxiong", "lfs_jtj", C("禄丰校园安全平台", "120.00", owner_area="lufeng", funding_sources=["county"]), roads.CHUXIONG_COUNTY, roads.CHUXIONG_REVIEW, roads.CHUXIONG_APPROVAL)
project("chuxiong", "yjj", C("应急指挥调度平台", "260.00"), roads.CHUXIONG_COUNTY[:1], roads.CHUXIONG_REVIEW[:2])
clock("chuxiong", "real")

clock("yubei", "2025-02-10T09:00")
project("yubei", "cgj", Y("智慧停车诱导平台", "300"), roads.YUBEI_APPLICATION, roads.YUBEI_REVIEW)
project("yubei", "cgj", Y("市政设施巡查管理系统", "86"), roads.YUBEI_APPLICATION[:1])
clock("yubei", "real")
