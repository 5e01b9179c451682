"""Uses the reports of a folder as a reader would: points, zooms, toggles, goes dark and narrow, and types.

Every check is an assertion about what the browser says, not about the page's source. Called by .ci/browser.
"""

import csv
import re
import sys
import tempfile
from pathlib import Path

from selenium import webdriver
from selenium.webdriver.common.action_chains import ActionChains
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.support.ui import WebDriverWait

work, screenshots = Path(sys.argv[1]), Path(sys.argv[2]).resolve()


def browser(profile):
    options = webdriver.ChromeOptions()
    options.binary_location = "/usr/bin/chromium"
    for flag in [
        "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
        "--disable-background-networking", "--disable-component-update", "--disable-sync",
        "--hide-scrollbars", "--window-size=1280,900", f"--user-data-dir={profile}",
    ]:
        options.add_argument(flag)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    return webdriver.Chrome(options, webdriver.ChromeService("/usr/bin/chromedriver"))


class Page:
    def __init__(self, driver, name):
        self.driver, self.name = driver, name
        driver.get((work / f"{name}.html").as_uri())

    def ask(self, script, *arguments):
        return self.driver.execute_script(f"return {script}", *arguments)

    def wait(self, what, script):
        WebDriverWait(self.driver, 20).until(lambda _: self.ask(script), what)

    def find(self, selector):
        return self.driver.find_element(By.CSS_SELECTOR, selector)

    def all(self, selector):
        return self.driver.find_elements(By.CSS_SELECTOR, selector)

    def quiet(self):
        said = [entry for entry in self.driver.get_log("browser") if entry["level"] in ("SEVERE", "WARNING")]
        assert not said, f"{self.name}: the console says {said}"
        loaded = self.ask("performance.getEntriesByType('resource').map((one) => one.name)")
        assert not loaded, f"{self.name} loads {loaded}"

    def resize(self, width, height=900):
        self.driver.execute_cdp_cmd(
            "Emulation.setDeviceMetricsOverride",
            {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": width < 500},
        )

    def shoot(self, name, whole=True):
        path = screenshots / f"{self.name}-{name}.png"
        if whole:
            self.draw_all()
            self.ask("scrollTo(0, 0)")
            size = self.ask("[innerWidth, Math.min(document.documentElement.scrollHeight, 14000)]")
            self.resize(size[0], size[1])
            self.driver.save_screenshot(str(path))
            self.resize(size[0])
        else:
            self.driver.save_screenshot(str(path))

    def draw_all(self):
        """Charts are drawn when they come into sight."""
        for figure in self.all("figure.moves"):
            self.ask("arguments[0].scrollIntoView({block: 'center', behavior: 'instant'})", figure)
            WebDriverWait(self.driver, 20).until(
                lambda _: self.ask("!!arguments[0].querySelector('svg.live')", figure), figure.get_attribute("id")
            )

    def center(self, figure):
        """Scrolls, and waits until the page has been told of it, which takes away what it said before."""
        self.ask("arguments[0].scrollIntoView({block: 'center', behavior: 'instant'})", figure)
        self.driver.execute_async_script(
            "const done = arguments[0]; requestAnimationFrame(() => requestAnimationFrame(() => done()))"
        )

    def tip(self):
        return self.ask("document.getElementById('tip').hidden ? '' : document.getElementById('tip').innerText")

    def point(self, selector, x, y):
        """Moves the pointer to a share of a chart's canvas."""
        canvas = self.find(f"{selector} .canvas")
        self.center(canvas)
        size = canvas.size
        chain = ActionChains(self.driver, duration=20)
        chain.move_to_element_with_offset(canvas, round((x - 0.5) * size["width"]), round((y - 0.5) * size["height"]))
        chain.perform()
        return self.tip()

    def drag(self, selector, start, end):
        canvas = self.find(f"{selector} .canvas")
        self.center(canvas)
        width = canvas.size["width"]
        chain = ActionChains(self.driver, duration=20)
        chain.move_to_element_with_offset(canvas, round((start - 0.5) * width), 0).click_and_hold()
        chain.move_by_offset(round((end - start) * width / 2), 0).move_by_offset(round((end - start) * width / 2), 0)
        chain.release().perform()


def charts_are_drawn(page):
    page.wait("the page is ready", "document.documentElement.dataset.ready === 'yes'")
    page.draw_all()
    figures = page.all("figure.moves")
    assert len(figures) > 10, len(figures)
    for figure in figures:
        marks = page.ask("arguments[0].querySelectorAll('.live path.layer, .live .item').length", figure)
        assert marks > 0, f"{figure.get_attribute('id')} is empty"
        assert not page.ask("/NaN|Infinity|undefined/.test(arguments[0].querySelector('svg').outerHTML)", figure)


def hover_tells_the_bucket_and_then_the_row(page):
    chart = "#demand-assistant"
    told = page.point(chart, 0.5, 0.5)
    assert re.search(r"mean, smallest and largest of \d+ rows", told), told
    assert "offered" in told and "forecast" in told, told
    note = page.find(f"{chart} .note").text
    assert "none is skipped" in note, note
    for _ in range(3):
        page.drag(chart, 0.45, 0.6)
    told = page.point(chart, 0.5, 0.5)
    cells = page.ask("[...document.querySelectorAll('#tip .csv tr')].map((row) => [...row.cells].map((cell) => cell.textContent))")
    assert cells, told
    row = dict(cells)
    with open(work / "results/hostile/services.csv") as file:
        written = [one for one in csv.DictReader(file)
                   if one["time"] == row["time"] and one["service"] == "assistant" and one["replication"] == "0"]
    assert len(written) == 1, row
    assert row.keys() == written[0].keys(), (row, written[0])
    for name, cell in written[0].items():
        try:
            assert abs(float(row[name]) - float(cell)) <= 2e-6 * abs(float(cell)), (name, row[name], cell)
        except ValueError:
            assert row[name] == cell, (name, row[name], cell)
    assert "Every row is drawn" in page.find(f"{chart} .note").text
    # All charts show the same time.
    page.shoot("zoomed", whole=False)
    page.find("#range [data-do=all]").click()


def a_peak_is_not_skipped(page):
    """The largest row of the CSV is told of at full width too."""
    with open(work / "results/hostile/fleet.csv") as file:
        failed = max(float(one["failed"]) for one in csv.DictReader(file) if one["replication"] == "0")
    drawn = page.ask("""(() => {
        const figure = document.getElementById('capacity-main');
        const canvas = figure.querySelector('.canvas'), box = canvas.getBoundingClientRect();
        let most = 0;
        for (let x = 0; x < box.width; x++) {
            canvas.dispatchEvent(new PointerEvent('pointermove', {clientX: box.left + x, clientY: box.top + 60, bubbles: true}));
            for (const row of document.querySelectorAll('#tip tr')) {
                if (row.cells[0].textContent !== 'failed') continue;
                for (const part of row.innerText.match(/[0-9.]+/g) || []) most = Math.max(most, Number(part));
            }
        }
        return most;
    })()""")
    assert abs(drawn - failed) <= 0.01 * failed, (drawn, failed)


def legends_toggle(page):
    chart = "#capacity-main"
    before = len(page.all(f"{chart} path.layer"))
    button = page.find(f"{chart} .legend button")
    page.center(button)
    button.click()
    assert button.get_attribute("aria-pressed") == "false"
    assert len(page.all(f"{chart} path.layer")) == before - 1
    button.click()
    assert len(page.all(f"{chart} path.layer")) == before


def keys_reach_everything(page):
    figure = page.find("#demand-assistant")
    page.center(figure)
    page.ask("arguments[0].focus({preventScroll: true})", figure)
    figure.send_keys(Keys.ARROW_RIGHT)
    figure.send_keys(Keys.ARROW_RIGHT)
    assert "offered" in page.tip(), page.tip()
    figure.send_keys(Keys.ESCAPE)
    assert page.tip() == ""
    whole = page.find("#range-text").text
    figure.send_keys("+")
    assert page.find("#range-text").text != whole
    figure.send_keys("0")
    assert page.find("#range-text").text == whole and "UTC" in whole
    strips = page.find("#replications")
    page.center(strips)
    page.ask("arguments[0].focus({preventScroll: true})", strips)
    strips.send_keys(Keys.ARROW_RIGHT)
    assert "replication" in page.tip() or "quartile" in page.tip(), page.tip()


def dark_and_light(page):
    def back():
        return page.ask("getComputedStyle(document.body).backgroundColor")
    light = back()
    button = page.find("#theme")
    page.center(button)
    button.click()
    assert page.ask("document.documentElement.dataset.theme") == "dark" and back() != light
    page.shoot("dark")
    page.center(button)
    button.click()
    assert back() == light
    page.driver.execute_cdp_cmd(
        "Emulation.setEmulatedMedia", {"features": [{"name": "prefers-color-scheme", "value": "dark"}]}
    )
    page.wait("the system's wish is followed", "document.documentElement.dataset.theme === 'dark'")
    assert back() != light
    page.driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": []})


def narrow(page):
    page.resize(390, 844)
    page.wait("the width is taken", "innerWidth === 390")
    page.draw_all()
    wide = page.ask("document.documentElement.scrollWidth")
    assert wide <= 390, f"{page.name} is {wide} pixels wide at 390"
    page.shoot("390")
    page.resize(1280)


def printed(page):
    page.driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": "print"})
    assert page.ask("getComputedStyle(document.getElementById('range')).display") == "none"
    page.driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": ""})


def main():
    with tempfile.TemporaryDirectory() as profile:
        driver = browser(profile)
        try:
            page = Page(driver, "one")
            page.resize(1280)
            charts_are_drawn(page)
            page.shoot("1280")
            hover_tells_the_bucket_and_then_the_row(page)
            a_peak_is_not_skipped(page)
            legends_toggle(page)
            keys_reach_everything(page)
            dark_and_light(page)
            narrow(page)
            printed(page)
            assert page.ask("window.hacked") is None and "<script>" in page.find(".description").text
            page.quiet()

            page = Page(driver, "report")
            page.resize(1280, 1040)
            charts_are_drawn(page)
            page.ask("scrollTo(0, 0)")
            page.driver.save_screenshot(str(screenshots / "report.png"))
            page.quiet()

            page = Page(driver, "two")
            charts_are_drawn(page)
            assert page.find("#section-difference") and len(page.all("#section-capacity .answer")) == 2
            page.shoot("1280")
            narrow(page)
            page.quiet()

            page = Page(driver, "sweep")
            for section in ["best", "curves", "maps", "tornado"]:
                assert page.find(f"#section-{section}")
            assert page.point("#section-curves figure", 0.5, 0.5) is not None
            page.shoot("1280")
            narrow(page)
            page.quiet()
        finally:
            driver.quit()
    print(f"reports work in the browser; screenshots in {screenshots}")


main()
