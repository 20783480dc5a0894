#!/usr/bin/python3
"""Opens a page (party/page.h) from disk in headless Chromium and complains of all that a
reader would: errors, requests, overlapping or cut text at the width of a phone and of a
desk, weak contrast in light and dark, what is lost without scripts or in print, plots
without a name, size.

    browse.py PAGE            complaints, one a line; exit code 1 if there is one
    browse.py PAGE --broken   breaks the page in one way after the other: each check must
                              complain of the break that is meant for it
"""
import base64
import html.parser
import json
import os
import re
import sys
import tempfile

from selenium import webdriver
from selenium.webdriver.chrome.options import Options
from selenium.webdriver.chrome.service import Service

PHONE, DESK, PAPER = 390, 1280, 680
BYTES_MAX = 2_000_000
FLAGS = ("--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage",
         "--hide-scrollbars", "--no-first-run", "--disable-extensions")
MEASURES = open(os.path.join(os.path.dirname(os.path.abspath(__file__)), "browse.js")).read()


class Browser:
    def __init__(self):
        options = Options()
        for flag in FLAGS:
            options.add_argument(flag)
        options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
        self.driver = webdriver.Chrome(service=Service("/usr/bin/chromedriver"), options=options)
        self.url = ""

    def command(self, name, **arguments):
        return self.driver.execute_cdp_cmd(name, arguments)

    def open(self, path, width=DESK, dark=False, media="screen"):
        self.command("Emulation.setDeviceMetricsOverride", width=width, height=900,
                     deviceScaleFactor=1, mobile=width == PHONE)
        self.command("Emulation.setEmulatedMedia", media=media, features=[
            {"name": "prefers-color-scheme", "value": "dark" if dark else "light"}])
        self.url = "file://" + path
        self.driver.get(self.url)

    def measure(self, call):
        return self.driver.execute_script(MEASURES + "\nreturn " + call + ";")

    def errors(self):
        return [entry["message"] for entry in self.driver.get_log("browser")]

    def requests(self):
        events = [json.loads(entry["message"])["message"]
                  for entry in self.driver.get_log("performance")]
        urls = [event["params"]["request"]["url"] for event in events
                if event["method"] == "Network.requestWillBeSent"]
        return [url for url in urls if url != self.url]


class Structure(html.parser.HTMLParser):
    """Elements nest, ids are there once, links lead somewhere, headings come in order."""

    def __init__(self, text):
        super().__init__()
        self.open, self.ids, self.links, self.complaints = [], [], [], []
        self.level = 0
        self.feed(text)
        self.complaints += [f"<{name}> is not closed" for name in self.open]
        self.complaints += [f"the id {i} is there twice" for i in set(self.ids)
                            if self.ids.count(i) > 1]
        self.complaints += [f"#{i} leads nowhere" for i in self.links if i not in self.ids]

    def handle_starttag(self, tag, attrs):
        attrs = dict(attrs)
        self.ids += [attrs["id"]] if "id" in attrs else []
        self.links += [attrs["href"][1:]] if "href" in attrs else []
        if tag != "meta":
            self.open.append(tag)
        if re.fullmatch("h[1-6]", tag):
            if int(tag[1]) > self.level + 1:
                self.complaints.append(f"<{tag}> comes after <h{self.level}>")
            self.level = int(tag[1])

    def handle_endtag(self, tag):
        if not self.open or self.open.pop() != tag:
            self.complaints.append(f"</{tag}> closes another element")


def check_structure(browser, path):
    return Structure(open(path, encoding="utf-8").read()).complaints


def check_size(browser, path):
    size = os.path.getsize(path)
    return [f"the page has {size} bytes"] if size > BYTES_MAX else []


def check_console(browser, path):
    browser.errors()
    browser.open(path)
    return browser.errors()


def check_requests(browser, path):
    browser.requests()
    browser.open(path)
    return [f"{url} is asked for" for url in browser.requests()]


def check_layout(browser, path):
    bad = []
    for width in (PHONE, DESK):
        browser.open(path, width)
        bad += browser.measure("overlaps().concat(cuts())")
        bad += browser.measure("unfold().concat(overlaps(), cuts())")
    return bad


def check_contrast(browser, path):
    bad = []
    for dark in (False, True):
        browser.open(path, dark=dark)
        bad += browser.measure("contrasts()")
    return bad


def check_plots(browser, path):
    browser.open(path)
    return browser.measure("plots()")


def check_names(browser, path):
    """As a screen reader has it: each image is named, and there is one for each plot."""
    browser.open(path)
    nodes = browser.command("Accessibility.getFullAXTree")["nodes"]
    images = [node for node in nodes
              if node.get("role", {}).get("value") in ("image", "img", "SvgRoot", "svg")]
    n_plots = browser.measure("document.querySelectorAll('svg').length")
    bad = ["a plot has no name" for node in images if not node.get("name", {}).get("value")]
    return bad + ([f"{len(images)} images for {n_plots} plots"] if len(images) < n_plots else [])


def check_without_scripts(browser, path):
    browser.command("Emulation.setScriptExecutionDisabled", value=True)
    try:
        browser.open(path)
        plots = browser.measure("document.querySelectorAll('svg').length")
        return (["scripts have run"] if plots else []) + browser.measure("hiddenTables()")
    finally:
        browser.command("Emulation.setScriptExecutionDisabled", value=False)


def check_print(browser, path):
    browser.open(path, PAPER, media="print")
    browser.driver.execute_script("dispatchEvent(new Event('beforeprint'))")
    bad = browser.measure("overlaps().concat(cuts(), hiddenTables(), contrasts())")
    browser.open(path)
    pdf = base64.b64decode(browser.command("Page.printToPDF", paperWidth=8.27,
                                           paperHeight=11.69)["data"])
    n_pages = len(re.findall(rb"/Type\s*/Page\b", pdf))
    return bad + ([] if pdf.startswith(b"%PDF") and n_pages > 0 else ["it does not print"])


CHECKS = {
    "structure": check_structure,
    "size": check_size,
    "console": check_console,
    "requests": check_requests,
    "layout": check_layout,
    "contrast": check_contrast,
    "plots": check_plots,
    "names": check_names,
    "without scripts": check_without_scripts,
    "print": check_print,
}


def styled(rule):
    return lambda page: page.replace("</style>", rule + "</style>")


def replaced(old, new, times=1):
    def change(page):
        assert old in page, old
        return page.replace(old, new, times)
    return change


def unnamed(page):
    page = replaced('.attr("aria-labelledby"', '.attr("data-none"')(page)
    return replaced('svg.append("title")', 'svg.append("g")')(page)


# What is broken, by the check that must see it. The policy is taken out first, which would
# else stop what is planted (and say so: that is the first of them).
BREAKS = [
    ("structure", replaced("</section>", "")),
    ("structure", replaced("<section id=", "<p id=\"summary\"></p><section id=")),
    ("structure", replaced("<h2 id=", "<h4>deep</h4><h2 id=")),
    ("size", replaced("</body>", "<!--" + "x" * BYTES_MAX + "--></body>")),
    ("console", replaced("</body>", "<script>missing();</script></body>")),
    ("requests", replaced("</body>", '<img src="other.png" alt=""></body>')),
    ("layout", styled(".plot text { font-size: 60px !important; }")),
    ("layout", styled("h2 { margin-bottom: -60px !important; }")),
    ("layout", styled("main { min-width: 1400px; }")),
    ("layout", styled("td { max-width: 20px; overflow: hidden; }")),
    ("contrast", styled(":root { --muted: #b0b0b0 !important; }")),
    ("contrast", styled(".plot text { fill: var(--grid) !important; }")),
    ("plots", replaced('data-role="value"', "", -1)),
    ("names", unnamed),
    ("without scripts", styled("table { display: none; }")),
    ("print", styled("@media print { .scroll { display: none; } }")),
    ("print", styled("@media print { td, th { padding: 0; line-height: 0.1; } }")),
]


def lean(page):
    """Without all answers but the first: what is broken shows there as well."""
    page = re.sub(r'<section id="answer-[2-9]".*?</section>\n', "", page, flags=re.S)
    return re.sub(r'<li><a href="#answer-[2-9]">.*?</li>\n', "", page)


def complain(browser, path):
    complaints = [f"{name}: {words}" for name, check in CHECKS.items()
                  for words in check(browser, path)]
    print("\n".join(complaints[:40]))
    return not complaints


def break_it(browser, path):
    page = lean(open(path, encoding="utf-8").read())
    policy = re.compile(r'<meta http-equiv="Content-Security-Policy"[^>]*>\n')
    planted = replaced("</body>", "<script>1;</script></body>")
    cases = [("console", planted(page))]
    cases += [(name, change(policy.sub("", page))) for name, change in BREAKS]
    passed = True
    with tempfile.TemporaryDirectory() as folder:
        for i, (name, text) in enumerate(cases):
            broken = os.path.join(folder, f"{i}.html")
            open(broken, "w", encoding="utf-8").write(text)
            found = CHECKS[name](browser, broken)
            print(f"{'found' if found else 'NOT FOUND'}: {name}, break {i}"
                  f"{': ' + found[0] if found else ''}")
            passed &= bool(found)
    return passed


def main():
    browser = Browser()
    try:
        task = break_it if sys.argv[2:] == ["--broken"] else complain
        return 0 if task(browser, os.path.abspath(sys.argv[1])) else 1
    finally:
        browser.driver.quit()


if __name__ == "__main__":
    sys.exit(main())
