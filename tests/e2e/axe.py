"""axe - the accessibility rules of axe-core (WCAG 2.2 A and AA), run inside the page that is open."""
import functools
import os
import pathlib

from world import TOP

TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
INSTALL = "npm install --no-save --prefix build-check/npm axe-core@4.14.1"


@functools.lru_cache(maxsize=1)
def source():
    """The text of axe.min.js: GUIZHANG_AXE names it, or it stands where tests/quickstart/check.sh puts it."""
    named = os.environ.get("GUIZHANG_AXE")
    path = pathlib.Path(named) if named else TOP / "build-check/npm/node_modules/axe-core/axe.min.js"
    assert path.is_file(), f"axe-core is not there ({path}); {INSTALL}, or name axe.min.js in GUIZHANG_AXE"
    return path.read_text(encoding="utf-8")


RUN = """
var done = arguments[arguments.length - 1];
axe.run(document, {runOnly: {type: 'tag', values: arguments[0]}, resultTypes: ['violations']}).then(function (r) {
  done({looked: r.passes.length, found: r.violations.map(function (v) {
    return {id: v.id, impact: v.impact, nodes: v.nodes.map(function (n) { return [n.html, n.failureSummary]; })};
  })});
}, function (e) { done({error: String(e)}); });
"""


def findings(driver):
    """One line for each element that breaks a rule."""
    if not driver.execute_script("return typeof axe === 'object'"):  # a page looked at in a second width has it
        driver.execute_cdp_cmd("Runtime.evaluate", {"expression": source()})
    result = driver.execute_async_script(RUN, TAGS)
    assert "error" not in result, result
    assert result["looked"], "axe looked at nothing"
    return [f"{rule['id']} ({rule['impact']}): {html[:240]} {why[:400]}" for rule in result["found"] for html, why in rule["nodes"]]
