"""axe - the accessibility rules of axe-core (WCAG 2.2 A and AA), run inside the page that is open."""
import functools
import json
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


def findings(driver):
    """One line for each element that breaks a rule."""
    driver.execute_script(source())
    result = driver.execute_async_script(
        "var done = arguments[arguments.length - 1];"
        "axe.run(document, {runOnly: {type: 'tag', values: " + json.dumps(TAGS) + "}, resultTypes: ['violations']})"
        ".then(done, function (e) { done({error: String(e)}); });")
    assert "error" not in result, result
    assert result["passes"], "axe looked at nothing"
    return [f"{rule['id']} ({rule['impact']}): {node['html'][:240]} {node['failureSummary'][:400]}"
            for rule in result["violations"] for node in rule["nodes"]]
