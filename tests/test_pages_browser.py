"""The pages as a browser shows them: from disk, with the network off, by keyboard, on a phone, read by a screen reader.

Skipped where no Chromium is installed; `.ci/run` installs one.
"""

import shutil
from dataclasses import replace
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect, sync_playwright

from grader.reports.pages import Survey, class_page, feedback_page
from tests.test_pages import AFFINE, BROKEN_RELU, CLASS, RELU, RIGHT_RELU, hostile, report

BROWSER = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
pytestmark = pytest.mark.skipif(BROWSER is None, reason="no Chromium here: `apt-get install chromium` brings one")

# As root, which containers are, Chromium starts only without its own sandbox; the rest keeps it from phoning home.
OPTIONS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"]
PHONE = {"width": 320, "height": 720}
DESK = {"width": 1280, "height": 900}
# No two of them agree in score and mistakes.
STUDENTS = (
    report("Zoe", RIGHT_RELU, AFFINE),
    report("Ada", RELU, AFFINE),
    report("김서연", RELU, replace(AFFINE, diagnoses=(), score=8.0)),
    report(
        "Bea",
        BROKEN_RELU,
        AFFINE,
        needs_review=True,
        flags=("relu: _exit (line 3)", "no permission to read Bea.py"),
        notes=("no permission to read Bea.py",),
    ),
)


@pytest.fixture(scope="module")
def browser():
    """One browser for all tests."""
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=BROWSER, args=OPTIONS)
        yield browser
        browser.close()


@pytest.fixture
def opened(browser, tmp_path):
    """Opens a page from disk, without a network; at the end nothing may have gone wrong on it."""
    contexts, trouble = [], []

    def open_page(html, *, viewport=DESK, scheme="light"):
        file = tmp_path / "page.html"
        file.write_text(html, encoding="utf-8")
        context = browser.new_context(offline=True, viewport=viewport, color_scheme=scheme)
        contexts.append(context)
        page = context.new_page()
        page.on("console", lambda message: trouble.append(message.text))
        page.on("pageerror", lambda error: trouble.append(str(error)))
        page.on("dialog", lambda dialog: trouble.append(dialog.message))
        page.on("request", lambda request: request.url == file.as_uri() or trouble.append(request.url))
        page.goto(file.as_uri())
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert trouble == []


def class_html(language, reports=STUDENTS):
    """The page of a class."""
    survey = Survey()
    for number, each in enumerate(reports):
        survey.add(each, f"file{number}")
    return class_page(survey, language, said="en")


def names(page):
    """The submissions that the table shows, in its order."""
    return page.locator("#table tbody tr:visible .name").all_inner_texts()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("language", ["en", "ko"])
@pytest.mark.parametrize("kind", ["class", "feedback"])
def test_nothing_keeps_people_from_reading(opened, kind, language, scheme):
    """axe-core finds no violation in a page that is unfolded."""
    html = class_html(language) if kind == "class" else feedback_page(CLASS[0], language)
    page = opened(html, scheme=scheme)
    page.evaluate("document.querySelectorAll('details').forEach((each) => { each.open = true; })")

    violations = Axe().run(page).response["violations"]

    assert [(each["id"], each["nodes"][0]["html"]) for each in violations] == []


def test_the_table_is_sorted_by_keyboard(opened):
    """Enter on a heading sorts by it, once more turns round; what was not decided stays last."""
    page = opened(class_html("en"))
    heading = page.get_by_role("columnheader", name="Points").get_by_role("button")

    heading.focus()
    page.keyboard.press("Enter")
    rising = names(page)
    page.keyboard.press("Enter")
    falling = names(page)
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("Space")

    assert rising == ["Ada", "Zoe", "김서연", "Bea"]
    assert falling == ["김서연", "Zoe", "Ada", "Bea"]
    assert names(page) == ["Ada", "Bea", "Zoe", "김서연"]
    assert page.locator("th[aria-sort]").all_inner_texts() == ["Submission"]


def test_the_table_is_filtered_by_keyboard(opened):
    """By name, by mistake, by need for review; the number that is left is announced."""
    page = opened(class_html("en"))

    page.locator("#find").focus()
    page.keyboard.type("mutates")
    by_words = names(page), page.locator("#shown").inner_text()
    page.keyboard.press("Control+A")
    page.keyboard.press("Delete")
    page.keyboard.press("Tab")
    page.keyboard.type("1")  # the first mistake
    by_mistake = names(page)
    page.keyboard.press("Tab")
    page.keyboard.press("Space")

    assert by_words == (["Ada", "김서연"], "2 of 4 shown")
    assert by_mistake == ["Zoe", "Ada", "Bea"]
    assert names(page) == ["Bea"]
    assert page.get_by_role("status").inner_text() == "1 of 4 shown"


def test_a_mistake_leads_to_its_submissions_and_back(opened):
    """The button of a mistake filters the table, and a mistake in the table opens its explanation."""
    page = opened(class_html("en"))

    page.locator("#m2 summary").press("Enter")
    page.get_by_role("button", name="Show all 2 in the table").press("Enter")
    filtered = names(page)
    page.locator("#m2 summary").press("Enter")
    page.locator("#table tbody tr:visible a", has_text="relu/mutates-dout").first.press("Enter")

    assert filtered == ["Ada", "김서연"]
    expect(page.locator("#m2 details")).to_have_attribute("open", "")  # waits: the page hears of its address later


def test_names_can_be_hidden(opened):
    """Neither the page nor the address of a link tells a name; the switch works by keyboard, and back."""
    page = opened(class_html("en"))
    page.evaluate("document.querySelectorAll('details').forEach((each) => { each.open = true; })")

    page.get_by_role("switch", name="Hide names").press("Space")
    hidden = page.locator("body").inner_text(), page.locator("a.name[href]").count(), page.title()
    page.get_by_role("switch", name="Hide names").press("Space")

    assert not [each.submission for each in STUDENTS if each.submission in hidden[0] + hidden[2]]
    assert "#1" in hidden[0]
    assert hidden[1] == 0
    assert page.locator("#table a.name[href]").count() == len(STUDENTS)


def test_hidden_names_are_not_told_by_their_order(opened):
    """The register of a class is in the order of names: neither the numbers nor the rows are."""
    page = opened(class_html("en", [report(f"Student {letter}", RELU, AFFINE) for letter in "ABCDEFGH"]))
    cells = page.locator("#table tbody tr .name"), page.locator("#table tbody tr .alias")
    open_order = cells[0].all_text_contents()

    page.get_by_role("switch", name="Hide names").press("Space")
    hidden_order = [each.all_text_contents() for each in cells]
    page.get_by_role("columnheader", name="Points").get_by_role("button").press("Enter")
    by_points = cells[1].all_text_contents()  # all alike
    page.get_by_role("columnheader", name="Submission").get_by_role("button").press("Enter")
    page.get_by_role("switch", name="Hide names").press("Space")

    assert hidden_order[1] == by_points == [f"#{number}" for number in range(1, 9)]
    assert sorted(hidden_order[0]) == open_order != hidden_order[0]
    assert cells[0].all_text_contents() == open_order


@pytest.mark.parametrize("kind", ["class", "feedback"])
def test_a_hostile_submission_is_text(opened, kind):
    """Markup is shown as it was typed, and nothing of it runs."""
    html = class_html("en", [hostile()]) if kind == "class" else feedback_page(hostile(), "en")
    page = opened(html)

    assert "<script>window.forged = 1</script>" in page.locator("body").inner_text()
    assert page.evaluate("window.forged") is None


@pytest.mark.parametrize("kind", ["class", "feedback"])
def test_a_phone_shows_all_of_it(opened, kind):
    """Tables and code scroll for themselves or wrap; the page never has to be pushed sideways."""
    line = "return -np.sum(np.log(self.y[np.arange(batch_size), self.t] + 1e-7)) / batch_size"
    checks = [replace(each, message=f"affine.py:11: stops\n    {line}") for each in AFFINE.checks]
    student = replace(CLASS[0], exercises=(*CLASS[0].exercises, replace(AFFINE, checks=tuple(checks))))
    html = class_html("ko") if kind == "class" else feedback_page(student, "ko")
    page = opened(html, viewport=PHONE)
    page.evaluate("document.querySelectorAll('details').forEach((each) => { each.open = true; })")

    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]


def test_paper_shows_what_is_folded(opened):
    """Before printing everything opens, and afterwards it is as it was."""
    page = opened(feedback_page(CLASS[0], "en"))
    folded = page.locator("details:not([open])")
    before = folded.count()

    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    printing = folded.count()
    page.evaluate("dispatchEvent(new Event('afterprint'))")

    assert (before > 0, printing, folded.count()) == (True, 0, before)


def test_the_page_of_a_class_says_everything_without_script(browser, tmp_path):
    """Where scripts are forbidden, the table is there, in order and with its links."""
    file = Path(tmp_path) / "page.html"
    file.write_text(class_html("en"), encoding="utf-8")
    context = browser.new_context(offline=True, java_script_enabled=False)
    page = context.new_page()
    page.goto(file.as_uri())

    assert page.locator("#table tbody a.name[href]").count() == len(STUDENTS)
    context.close()
