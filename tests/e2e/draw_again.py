"""A draw of experts worked out by a second program that shares no line with the first: only what ADR 0013 says.

draw_again.py: prints the vectors of tests/unit/test_draw.c.
"""
import hashlib
import json


def sm3(text):
    return hashlib.new("sm3", text.encode("utf-8")).hexdigest()


def canonical(value):
    """Members sorted by the bytes of their keys, no blanks; < > & and DEL escaped."""
    def ordered(v):
        if isinstance(v, dict):
            return {k: ordered(v[k]) for k in sorted(v, key=lambda k: k.encode("utf-8"))}
        return [ordered(x) for x in v] if isinstance(v, list) else v
    text = json.dumps(ordered(value), ensure_ascii=False, separators=(",", ":"))
    for c in "<>&\x7f\u2028\u2029":
        text = text.replace(c, f"\\u{ord(c):04x}")
    return text


def seal(review, organ, words):
    return sm3(f"guizhang-draw-seal-1\n{review}\n{organ}\n{words}")


def seed_of(inputs, words):
    return sm3(f"guizhang-draw-seed-1\n{sm3(canonical(inputs))}\n" + "".join(f"{o}={words[o]}\n" for o in inputs["seeds"]))


def below(seed, counter, n):
    """(number, next counter)"""
    over = 2**64 % n
    while True:
        v = int.from_bytes(bytes.fromhex(sm3(f"{seed}:{counter}"))[:8], "big")
        counter += 1
        if v < 2**64 - over:
            return v % n, counter


def run(inputs, words, excluded):
    """Ids of the members and of the reserves; excluded: ids that may not be drawn."""
    seed = seed_of(inputs, words)
    order = [c["id"] for c in inputs["candidates"] if c["id"] not in excluded]
    counter = 0
    for i in range(len(order), 1, -1):
        k, counter = below(seed, counter, i)
        order[i - 1], order[k] = order[k], order[i - 1]
    m, r = inputs["rule"]["members"], inputs["rule"]["reserves"]
    return seed, order[:m], order[m:m + r]


def vector(plain, members, reserves, unit):
    inputs = {
        "format": "guizhang-draw-1", "review": "77", "seeds": ["unit", "tech", "approval"],
        "rule": {"members": members, "reserves": reserves, "avoid": ["employer", "author", "contract"], "fields": ["software", "security"]},
        "related": {"employers": ["区教育局", "区教育信息化中心"], "authors": ["江城设计院有限公司"], "persons": ["丁经手"], "suppliers": ["云江信息"]},
        "candidates": [{"id": str(i), "name": f"专家{i}", "employer": f"第{i}大学", "title": "", "fields": ["software", "data"], "state": "active"}
                       for i in range(1, plain + 1)]}
    return run(inputs, {"unit": unit, "tech": "乙的一句话，也很长", "approval": "丙的一句话，也很长"}, set())


if __name__ == "__main__":
    for plain, members, reserves, unit in ((12, 5, 3, "甲的一句话，足够长"), (12, 5, 3, "甲的另一句话，足够长"), (40, 7, 3, "甲的一句话，足够长"), (8, 5, 3, "甲的一句话，足够长"), (1, 5, 3, "甲")):
        s, drawn, waiting = vector(plain, members, reserves, unit)
        print(f'        {{{plain}, {members}, {reserves}, "{unit}", "{s}", "{",".join(drawn)}", "{",".join(waiting)}"}},')
    print(seal("77", "unit", "甲的一句话，足够长"))
