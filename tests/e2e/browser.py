"""A person at a real browser: goes by the words on the page, never by its inner names where words will do.

Two windows are opened for a whole test run (script on, script off); a Person is somebody's session in one of
them. Every page arrived at is watched: a CSP violation, a script error or a missing static file fails the test.
"""
import base64
import html.parser
import json
import os
import pathlib
import re
import shutil
import subprocess
import tempfile

from selenium import webdriver
from selenium.common.exceptions import StaleElementReferenceException, WebDriverException
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.common.action_chains import ActionChains
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.support.ui import Select

import axe
from client import pdf
from world import PASSWORD, wait_until

WIDE, NARROW = 1366, 390
SHEET = 688  # CSS px between the margins of A4
HEIGHT = {WIDE: 768, NARROW: 844}
SHELL = pathlib.Path("/usr/lib/chromium/chromium-headless-shell")  # the browser without a window: a third less to do for each page
OPTIONS = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
           "--disable-component-update", "--disable-sync", "--disable-dev-shm-usage", "--lang=zh-CN"]

# What can be pressed and is seen, by its words: an exact match before one that only begins so, the page before its frame.
FIND = """
var words = arguments[0], near = arguments[1], root = document, all, i, t, e, seen, best = [[], [], [], []];
function text(e) { return e.textContent.replace(/\\s+/g, ' ').trim(); }
if (near) {
  all = document.querySelectorAll('tr, li, section, form, nav, .note');
  for (i = all.length - 1; i >= 0; i--) if (text(all[i]).indexOf(near) >= 0 && (root === document || text(all[i]).length < text(root).length)) root = all[i];
  if (root === document) return [];
}
all = root.querySelectorAll('a[href], button, summary');
for (i = 0; i < all.length; i++) {
  e = all[i];
  seen = e.getClientRects().length && e.tabIndex >= 0 && getComputedStyle(e).visibility !== 'hidden';
  if (!seen) continue;
  t = text(e);
  if (t === words) best[document.getElementById('main').contains(e) ? 0 : 1].push(e);
  else if (t.indexOf(words) === 0) best[document.getElementById('main').contains(e) ? 2 : 3].push(e);
}
for (i = 0; i < 4; i++) if (best[i].length) return best[i];
return [];
"""

# The controls of a form as a person sees them: what is asked, of which kind, whether it must be answered, what stands in it.
CONTROLS = """
var out = [], done = {}, all = document.querySelectorAll('main form input, main form select, main form textarea'), i, e, box, label, need;
function text(e) { return e ? e.textContent.replace(/\\s+/g, ' ').trim() : ''; }
for (i = 0; i < all.length; i++) {
  e = all[i];
  if (e.type === 'hidden' || !e.name || e.disabled || e.readOnly) continue;
  if (e.type === 'radio' || e.type === 'checkbox') {
    if (done[e.name]) continue;
    done[e.name] = 1;
    box = e.closest('[role=radiogroup], [role=group]');
    label = box ? document.getElementById(box.getAttribute('aria-labelledby')) : null;
    need = !!(box && box.getAttribute('aria-required') === 'true');
    out.push({name: e.name, kind: e.type, label: text(label), need: need, veto: !!e.closest('li') && /触犯/.test(text(e.closest('label'))),
              value: [].filter.call(all, function (x) { return x.name === e.name && x.checked; }).map(function (x) { return x.value; }).join(',')});
  } else {
    label = e.labels && e.labels[0];
    box = e.closest('.rows-in');
    if (box) {  /* a cell of several entries: the first row must be filled where the field must */
      need = !e.closest('tr').previousElementSibling && !!box.closest('.rows').querySelector('.lab.need')
             && !(box.closest('.rows').querySelector('.lack input') || {}).value;
      out.push({name: e.name, kind: e.tagName === 'SELECT' ? 'select' : 'text', label: e.getAttribute('aria-label'), need: need, veto: false, value: e.value});
      continue;
    }
    need = e.type === 'file' ? !!(e.closest('li') && /(^| )miss( |$)/.test(e.closest('li').className)) : !!(label && /(^| )need( |$)/.test(label.className));
    out.push({name: e.name, kind: e.tagName === 'SELECT' ? 'select' : e.type === 'file' ? 'file' : e.tagName === 'TEXTAREA' ? 'long'
              : e.closest('.money') && /万元/.test(text(e.closest('.money'))) ? 'money' : /2025-09/.test(e.placeholder) ? 'date'
              : e.inputMode === 'numeric' ? 'int' : 'text', label: text(label), need: need, veto: false, value: e.type === 'file' ? '' : e.value});
  }
}
return out;
"""

# each fault once at the top and a way from there to its field or cell, which says it too
SUMMARY = """
const top = document.querySelector('.note-bad[role=alert]'), said = [];
if (!top) return said;
const links = [...top.querySelectorAll('a[href^="#"]')], texts = [...top.querySelectorAll('li')].map(li => li.textContent.trim());
for (const a of links) if (!document.getElementById(decodeURIComponent(a.hash.slice(1)))) said.push('leads nowhere: ' + a.hash);
for (const t of texts) if (texts.filter(o => o === t).length > 1) said.push('said twice: ' + t);
if ([...top.querySelectorAll('ol, ul')].some(l => !l.children.length)) said.push('an empty list');
for (const box of document.querySelectorAll('main [aria-invalid=true]')) {
    const told = (box.getAttribute('aria-describedby') || '').split(' ').some(id => id.startsWith('e-') && document.getElementById(id));
    if (box.id.startsWith('f-') && !links.some(a => a.hash === '#' + box.id)) said.push('no way to ' + box.id);
    if (box.id.startsWith('f-') && !told) said.push('nothing said at ' + box.id);
}
return said;
"""

PLACE = """
var m = document.scrollingElement;
return {lang: document.documentElement.lang, title: document.title, heads: document.querySelectorAll('h1').length,
        skip: (function () { var a = document.querySelector('body a'); return a && a.className === 'skip' ? a.getAttribute('href') : ''; }()),
        main: !!document.getElementById('main'), wide: m.scrollWidth, view: m.clientWidth,
        over: m.scrollWidth <= m.clientWidth ? '' : [].filter.call(document.querySelectorAll('body *'), function (e) {
          return e.getBoundingClientRect().right > m.clientWidth + 1; }).slice(0, 6).map(function (e) { return e.outerHTML.slice(0, 120); }).join(' | ')};
"""

BANNER = """
var banner = document.querySelector('.clock');
return [location.href, !!document.getElementById('menu'), banner ? banner.textContent : ''];
"""

# presses where a pointer would, and says whether the page stays and what lay above
PRESS = """
var e = arguments[0], box, top, stays = e.tagName === 'SUMMARY' || (e.getAttribute('href') || '').indexOf('#') >= 0;
e.scrollIntoView({block: 'center', behavior: 'instant'});
box = e.getClientRects()[0];
top = document.elementFromPoint(box.left + box.width / 2, box.top + box.height / 2);
if (!top || !e.contains(top)) return [stays, top ? top.outerHTML.slice(0, 200) : 'the edge of the window'];
window.isLeft = !stays;
e.focus();
e.click();
return [stays, ''];
"""
IS_NEXT = "return !window.isLeft && document.readyState === 'complete'"

# the control as somebody stands in it who is about to write anew
STAND = "var e = arguments[0]; e.scrollIntoView({block: 'center', behavior: 'instant'}); e.focus(); e.select(); return document.activeElement === e"

# what stands over something else on a page, without spaces
HEADS = """
return [].map.call(document.querySelectorAll('h2, h3, h4, summary, .panel-h'), function (e) { return e.textContent.replace(/\\s+/g, ''); });
"""


class Inline(html.parser.HTMLParser):
    """Finds what the content security policy forbids, in the page as the server wrote it."""

    def __init__(self):
        super().__init__()
        self.found = []

    def handle_starttag(self, tag, attrs):
        names = dict(attrs)
        if tag == "style" or (tag == "script" and "src" not in names):
            self.found.append(f"<{tag}>")
        for name, value in attrs:
            if name == "style" or name.startswith("on") or (value or "").strip().lower().startswith(("javascript:", "data:")):
                self.found.append(f"<{tag} {name}={value!r}>")


def inline(source):
    reader = Inline()
    reader.feed(source)
    return reader.found


class Window:
    """One browser with a fresh profile."""

    def __init__(self, script=True, width=WIDE):
        self.script, self.width = script, width
        self.profile = tempfile.mkdtemp(prefix="guizhang-browser-")
        options = webdriver.ChromeOptions()
        options.binary_location = self.command()
        for word in [*OPTIONS, f"--user-data-dir={self.profile}"]:
            options.add_argument(word)
        options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
        self.driver = webdriver.Chrome(service=Service("/usr/bin/chromedriver", env={**os.environ, "LANGUAGE": "zh_CN", "LANG": "C.UTF-8"}), options=options)
        self.driver.set_page_load_timeout(40)
        self.driver.set_script_timeout(40)
        self.driver.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": not script})
        self.driver.get("data:text/html,<title>off</title><script>document.title = 'on'</script>")
        assert self.driver.title == ("on" if script else "off"), "script is not as it was asked for"
        self.at(width)

    def command(self):
        """The driver names no page to begin with, and the shell opens none of itself."""
        path = pathlib.Path(self.profile, "browser")
        path.write_text(f'#!/bin/sh\nexec {SHELL} "$@" about:blank\n')
        path.chmod(0o755)
        return str(path)

    def at(self, width):
        self.width = width
        self.driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride",
                                    {"width": width, "height": HEIGHT[width], "deviceScaleFactor": 1, "mobile": width == NARROW})

    def close(self):
        try:
            self.driver.quit()
        finally:
            shutil.rmtree(self.profile, ignore_errors=True)


class Person:
    """Somebody signed in, in a window that others use too: the cookies are changed when another person sits down."""

    def __init__(self, window, world, login):
        self.window, self.world, self.login = window, world, login
        self.driver, self.cookies = window.driver, []
        self.stands = world.url

    # ---- sitting down ----

    def sit(self):
        """Makes the window this person's."""
        sitting = getattr(self.window, "sitting", None)
        if sitting is self:
            return self
        if sitting:
            sitting.cookies, sitting.stands = self.driver.get_cookies(), self.driver.current_url
        self.window.sitting = self
        self.driver.delete_all_cookies()
        for cookie in self.cookies:
            self.driver.add_cookie(cookie)
        if self.cookies:
            self.go(self.stands)
        return self

    def sign_in(self, password=PASSWORD, post=None):
        self.sit()
        self.go("/login")
        self.fill({"账号": self.login, "密码": password})
        self.press("登录", near="用政务目录账号登录")
        if post and self.heading() == "选择岗位":
            self.fill({"post": post})
            self.press("以所选岗位办理")
        return self

    # ---- moving ----

    def go(self, path):
        self.driver.get(path if path.startswith("http") else self.world.url + path)
        self.arrived()
        return self

    def find(self, words, near=None):
        found = self.driver.execute_script(FIND, words, near)
        if not found:
            raise AssertionError(f"no link or button «{words}»{f' near «{near}»' if near else ''} on {self.driver.current_url}; there are: "
                                 f"{[e.text for e in self.driver.find_elements(By.CSS_SELECTOR, 'main a, main button, main summary') if e.text][:60]}")
        return found[0]

    def has(self, words, near=None):
        return bool(self.driver.execute_script(FIND, words, near))

    def press(self, words, near=None):
        """Follows the link or presses the button with these words; waits for the page it leads to."""
        return self.press_it(self.find(words, near))

    def press_it(self, element):
        """What is pressed must lie open to a pointer; the pointer itself is left out, most of a test's time went into moving it."""
        stays, over = self.driver.execute_script(PRESS, element)
        assert not over, f"«{element.text}» on {self.driver.current_url} is covered by {over}"
        if not stays:
            wait_until("the next page, whole", lambda: self.driver.execute_script(IS_NEXT), 20, 0.02)
            self.arrived()
        return self

    def left(self, page):
        """Waits until the page is gone and the next one is whole."""
        def gone():
            try:
                page.is_enabled()
                return False
            except StaleElementReferenceException:
                return True
            except WebDriverException as e:  # between two documents
                return "does not belong to the document" in str(e) or "stale" in str(e)
        wait_until("the next page", gone, 20, 0.02)
        wait_until("the whole page", lambda: self.driver.execute_script("return document.readyState") == "complete", 20, 0.02)

    def arrived(self):
        bad = [e for e in self.driver.get_log("browser") if self.is_bad(e)]
        assert not bad, f"the browser complains on {self.driver.current_url}: {bad}"
        self.shows_the_clock()

    def shows_the_clock(self):
        """No page of a district hides that its clock was moved."""
        clocks = self.world.home / "etc/clock.json"
        moved = [t for t, offset in json.loads(clocks.read_text()).items() if offset] if clocks.exists() else []
        url, is_within, banner = self.driver.execute_script(BANNER)
        tenant = url.removeprefix(self.world.url).split("/")[1].split("?")[0]
        if tenant in moved and is_within:  # a stranger's login page is of no district
            assert "测试时钟" in banner, f"no word of the moved clock on {url}"

    @staticmethod
    def is_bad(entry):
        """A refused form (422, 409 …) is an answer; anything the browser says about policy, script or static files is a fault."""
        if entry["level"] not in ("SEVERE", "WARNING"):
            return False
        is_page = "Failed to load resource" in entry["message"] and "/static/" not in entry["message"] and "status of 4" in entry["message"]
        return not is_page

    # ---- reading ----

    def text(self):
        return self.driver.find_element(By.ID, "main").text

    def heading(self):
        return self.driver.find_element(By.TAG_NAME, "h1").text

    def texts(self, selector):
        return [e.text for e in self.driver.find_elements(By.CSS_SELECTOR, selector)]

    def section(self, words):
        """The text of the panel under that heading."""
        for part in self.driver.find_elements(By.CSS_SELECTOR, "section, aside"):
            heads = part.find_elements(By.CSS_SELECTOR, "h2, h3")
            if heads and words in heads[0].text:
                return part.text
        raise AssertionError(f"no part «{words}» on {self.driver.current_url}\n{self.text()[:1500]}")

    def errors(self):
        """The sentences of the summary at the top of the page, each with its article."""
        rows = self.driver.find_elements(By.CSS_SELECTOR, ".note-bad[role=alert] li")
        return [r.text for r in rows] or [n.text for n in self.driver.find_elements(By.CSS_SELECTOR, ".note-bad[role=alert]")]

    def controls(self):
        return self.driver.execute_script(CONTROLS)

    def control(self, words):
        """By its name, or by its label."""
        all_of_them = self.controls()
        for test in (lambda c: c["name"] == words, lambda c: c["label"] == words, lambda c: c["label"].startswith(words)):
            hit = [c for c in all_of_them if test(c)]
            if hit:
                return hit[0]
        raise AssertionError(f"nothing to fill «{words}» on {self.driver.current_url}: {[(c['name'], c['label']) for c in all_of_them]}")

    def value(self, words):
        return self.control(words)["value"]

    # ---- filling ----

    def fill(self, values):
        for words, value in values.items():
            self.set(self.control(words), value)
        return self

    def set(self, control, value):
        named = self.driver.find_elements(By.CSS_SELECTOR, f"main [name=\"{control['name']}\"]")
        if control["kind"] in ("radio", "checkbox"):
            wanted = [str(v) for v in (value if isinstance(value, list) else [{True: "true", False: "false"}.get(value, value)])]
            for box in named:
                if box.get_dom_attribute("value") in wanted and not box.is_selected():
                    self.driver.execute_script("arguments[0].scrollIntoView({block: 'center'})", box)
                    box.click()
        elif control["kind"] == "select":
            Select(named[0]).select_by_visible_text(value)
        elif control["kind"] == "file":
            self.upload(control, value if isinstance(value, list) else [value])
        elif str(value):
            assert self.driver.execute_script(STAND, named[0]), f"nobody can write into «{control['name']}» on {self.driver.current_url}"
            self.driver.execute_cdp_cmd("Input.insertText", {"text": str(value)})  # as an input method gives it
        else:
            named[0].clear()

    def upload(self, control, names):
        """Chooses files with these names for one material; with script they go up at once, else with the page's button."""
        folder = pathlib.Path(tempfile.mkdtemp(dir=self.window.profile))
        for name in names:
            (folder / name).write_bytes(pdf(f"{name} {self.driver.current_url} {os.urandom(8).hex()}"))
        box = self.driver.find_element(By.NAME, control["name"])
        self.driver.execute_script("arguments[0].scrollIntoView({block: 'center'})", box)
        box.send_keys("\n".join(str(folder / name) for name in names))
        if self.window.script:
            wait_until(f"{names} uploaded", lambda: all(self.is_listed(n) for n in names), 20)

    def is_listed(self, name):
        return any(name in a.text for a in self.driver.find_elements(By.CSS_SELECTOR, "ul.files li.ok a"))

    def send_files(self):
        """Without script the chosen files go up with the button; with script they are up already."""
        if not self.window.script:
            self.press("上传所选文件")
        return self

    def fill_rest(self, today, total, **given):
        """Answers what must be answered and is still empty, as somebody would who has all papers at hand."""
        files = [c for c in self.controls() if c["kind"] == "file" and c["need"]]
        for c in files:
            self.upload(c, [re.sub(r"[/\s]", "", c["label"])[:24] + ".pdf"])
        if files:
            self.send_files()
        for c in self.controls():
            if c["value"] or not c["need"] or c["kind"] == "file":
                continue
            if c["kind"] == "select":
                Select(self.driver.find_element(By.NAME, c["name"])).select_by_index(1)
                continue
            plain = {"money": total, "date": today, "int": "2026", "radio": None}.get(c["kind"], f"{c['label']}：已按要求办理。")
            if c["kind"] == "radio":
                choices = [b.get_dom_attribute("value") for b in self.driver.find_elements(By.NAME, c["name"])]
                plain = "false" if c["veto"] else choices[0]
            self.set(c, plain)
        return self

    # ---- judging ----

    def check_page(self, name, widths=(WIDE, NARROW)):
        """The page as a whole, at each width; leaves a picture of it in GUIZHANG_SHOTS."""
        faults = inline(self.driver.page_source)
        home = self.window.width
        for width in widths:
            if width != self.window.width:
                self.window.at(width)
            faults += [f"{width}: {f}" for f in self.faults()]
            self.picture(f"{name}-{width}{'' if self.window.script else '-noscript'}")
        if self.window.width != home:
            self.window.at(home)
        self.arrived()
        assert not faults, f"{name} ({self.driver.current_url}):\n" + "\n".join(faults)
        return self

    def faults(self):
        place = self.driver.execute_script(PLACE)
        wrong = {"lang": place["lang"] == "zh-CN", "one h1": place["heads"] == 1, "title": len(place["title"]) > 4,
                 "skip link": place["skip"] == "#main" and place["main"], f"sideways {place['over']}": place["wide"] <= place["view"]}
        wrong |= {f"the summary: {f}": False for f in self.driver.execute_script(SUMMARY)}
        return [k for k, is_right in wrong.items() if not is_right] + (axe.findings(self.driver) if self.window.script else [])

    def picture(self, name):
        folder = os.environ.get("GUIZHANG_SHOTS")
        if folder:
            shot = self.driver.execute_cdp_cmd("Page.captureScreenshot", {"captureBeyondViewport": True, "format": "png"})
            pathlib.Path(folder, name + ".png").write_bytes(base64.b64decode(shot["data"]))

    def paper(self, name):
        """The page as it comes out of the printer: (number of sheets, their text)."""
        sheet = self.driver.execute_cdp_cmd("Page.printToPDF", {"preferCSSPageSize": True, "paperWidth": 8.27, "paperHeight": 11.69})
        path = pathlib.Path(os.environ.get("GUIZHANG_SHOTS") or self.window.profile, f"{name}.pdf")
        path.write_bytes(base64.b64decode(sheet["data"]))
        if os.environ.get("GUIZHANG_SHOTS"):
            subprocess.run(["pdftoppm", "-r", "64", "-png", str(path), str(path.with_suffix(""))], check=True)
        info = subprocess.run(["pdfinfo", str(path)], capture_output=True, text=True, check=True).stdout
        text = subprocess.run(["pdftotext", "-layout", str(path), "-"], capture_output=True, text=True, check=True).stdout
        assert re.search(r"Page size:\s+59[45][.\d]* x 84[12]", info), info
        return int(re.search(r"Pages:\s+(\d+)", info).group(1)), text

    def paper_faults(self, text):
        """What a clerk would be ashamed of in these sheets: words beyond the edge, a sheet with nothing on it, a heading that what it heads has left."""
        self.driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": "print"})
        self.driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", {"width": SHEET, "height": 1000, "deviceScaleFactor": 1, "mobile": True})
        place, heads = self.driver.execute_script(PLACE), set(self.driver.execute_script(HEADS)) - {""}
        self.driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": ""})
        self.window.at(self.window.width)
        found = [f"over the edge: {place['over']}"] if place["over"] else []
        sheets = [[re.sub(r"\s", "", line) for line in sheet.splitlines() if line.strip()] for sheet in text.split("\f")[:-1]]
        for n, lines in enumerate(sheets, 1):
            if not lines:
                found.append(f"sheet {n} is empty")
            elif n < len(sheets) and lines[-1] in heads:
                found.append(f"sheet {n} ends with the heading «{lines[-1]}»")
        return found

    def key(self, *keys):
        ActionChains(self.driver).send_keys(*keys).perform()
        return self

    def twice(self, element):
        """An impatient hand: two clicks on the same button before the next page comes."""
        ActionChains(self.driver).double_click(element).perform()

    def tab_to(self, words, most=120):
        """Goes on with the tab key until what has the focus bears these words."""
        for _ in range(most):
            self.key(Keys.TAB)
            held = self.driver.switch_to.active_element
            if held.tag_name in ("a", "button") and words in held.text and (held.get_dom_attribute("tabindex") or "0") != "-1":
                return held
        raise AssertionError(f"the tab key does not reach «{words}» on {self.driver.current_url}")
