"""The playground in a real browser: what it shows, that it asks nobody, and that nothing can freeze or fool it."""

import json
import re
import threading
import zlib
from base64 import urlsafe_b64encode
from collections.abc import Callable, Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, Final

import pytest
from playwright.sync_api import Browser, Page, Request, ViewportSize, expect

from elbguard.playground.inquiry import FILE, answer
from tests.support import chromium
from tests.support.command import elbguard
from tests.support.places import ROOT

PATIENCE: Final = 120_000  # milliseconds, on a busy machine
PHONE: Final[ViewportSize] = {"width": 390, "height": 844}
DESKTOP: Final[ViewportSize] = {"width": 1280, "height": 900}
HOSTILE: Final = '<img src=x onerror="alert(1)"><script>alert(2)</script>'
RESET: Final = "() => { document.getElementById('settings').reset(); document.getElementById('more').open = true; }"
PASTE: Final = """text => {  // fill() takes the square of the number of lines
    document.getElementById('text').value = text;
    document.getElementById('text').dispatchEvent(new Event('input'));
}"""
TRY_ELSEWHERE: Final = """() => new Promise(heard => {
    addEventListener('securitypolicyviolation', event => heard(event.blockedURI));
    fetch('http://127.0.0.1:9/').catch(() => {}).finally(() => setTimeout(heard, 2000, 'nothing forbids it'));
})"""
LISTED: Final = """all => all.map(item =>
    [...item.querySelectorAll('.where > *, p:not(.where), summary')].map(each => each.textContent))"""
SERVICE: Final = "apiVersion: v1\nkind: Service\nmetadata: {name: a, annotations: {kubernetes.io/elb.class: b}}\n"
LABELLED: Final = """all => all.filter(each => !each.closest('[hidden]'))
    .filter(each => !(each.labels?.length || each.getAttribute('aria-labelledby') || each.textContent.trim()))
    .map(each => each.outerHTML)"""

pytestmark = pytest.mark.thorough


class _Files(SimpleHTTPRequestHandler):
    """Serves a folder and keeps what it was asked for."""

    def log_message(self, format: str, *arguments: Any) -> None:  # noqa: A002 - as in the class above
        pass


@pytest.fixture(scope="module")
def address(site: Path) -> Iterator[str]:
    """The folder, served as any server of files does."""
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(_Files, directory=str(site))) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()
        thread.join()


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """A browser that runs for all tests of this module."""
    with chromium.running() as browser:
        yield browser


class Visitor:
    """Somebody who uses the page, and notes what it asks for and complains of."""

    def __init__(self, page: Page, address: str) -> None:
        self.page, self.address = page, address
        self.asked: list[Request] = []
        self.complaints: list[str] = []
        page.set_default_timeout(PATIENCE)
        page.on("request", lambda request: self.asked.append(request))  # noqa: PLW0108 - Playwright wants a function of Python
        page.on("console", lambda message: self.complaints.append(message.text))
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on("dialog", lambda dialog: self.complaints.append(f"dialogue: {dialog.message}"))
        page.goto(address)
        self.wait()

    def wait(self) -> None:
        """Wait until what is shown is about what is written."""
        expect(self.page.locator("#answer")).to_have_attribute("aria-busy", "false", timeout=PATIENCE)

    def write(self, text: str, **settings: str) -> None:
        """Write a manifest, and settings by the names of the flags."""
        self.page.evaluate(
            "() => { document.getElementById('settings').reset(); document.getElementById('more').open = true; }"
        )
        for name, value in settings.items():
            field = self.page.locator(f"#settings [name={name.replace('_', '-')}]")
            if field.evaluate("field => field.tagName") == "SELECT":
                field.select_option(value)
            else:
                field.fill(value)
        self.page.fill("#text", text)
        self.wait()

    def findings(self) -> list[tuple[str, ...]]:
        """The findings as the page lists them: place, severity, resource, field, message, rule."""
        return [tuple(each) for each in self.page.locator("#findings > li").evaluate_all(LISTED)]

    def shown(self, place: str) -> str:
        """The text in an element."""
        return self.page.locator(place).text_content() or ""


@pytest.fixture(scope="module")
def visitor(browser: Browser, address: str) -> Iterator[Visitor]:
    """One page for all tests of this module: to load it costs most."""
    context = browser.new_context(viewport=DESKTOP, locale="en-US")
    visiting = Visitor(context.new_page(), address)
    yield visiting
    context.close()
    assert visiting.complaints == []


def listed(report: dict[str, Any]) -> list[tuple[str, ...]]:
    """The findings of a JSON report as the page lists them."""
    return [
        (
            f"{each['line']}:{each['column']}",
            each["severity"],
            "/".join(filter(None, (each["resource"]["namespace"], each["resource"]["name"]))),
            each["field"],
            each["message"],
            f"{each['rule']} {each['name']}",
        )
        for each in report["findings"]
    ]


def test_of_every_sample_the_page_shows_what_the_command_says(visitor: Visitor, site: Path, tmp_path: Path) -> None:
    samples = json.loads((site / "contents.json").read_text(encoding="utf-8"))["samples"]
    assert len(samples) > 10

    for number, sample in enumerate(samples):
        visitor.page.select_option("#sample", str(number))
        visitor.wait()

        (tmp_path / FILE).write_text(sample["text"], encoding="utf-8")
        flags = [word for name, value in sample["settings"].items() for word in (f"--{name}", value)]
        report = json.loads(elbguard("check", FILE, "--format", "json", *flags, cwd=tmp_path).stdout)
        services = json.loads(answer(json.dumps(sample)))["services"]
        assert visitor.findings() == listed(report), sample["title"]
        assert visitor.shown("#printed") == "".join(f"{line}\n" for each in services for line in each["lines"])
        filled = [line for each in services if each["patch"] for line in each["diff"]]
        assert visitor.shown("#patches") == "".join(f"{line}\n" for line in filled)


def test_settings_count_as_flags_do(visitor: Visitor, tmp_path: Path) -> None:
    text = (ROOT / "app/elbguard/demo/samples/3-many-mistakes.yaml").read_text(encoding="utf-8")
    (tmp_path / FILE).write_text(text, encoding="utf-8")
    flags = [
        "--cluster-version",
        "v1.17.9-r0",
        "--cluster-type",
        "turbo",
        "--ignore",
        "ELB206",
        "--severity",
        "ELB401=off",
    ]

    visitor.write(text, cluster_version="v1.17.9-r0", cluster_type="turbo", ignore="ELB206", severity="ELB401=off")

    report = json.loads(elbguard("check", FILE, "--format", "json", *flags, cwd=tmp_path).stdout)
    assert visitor.findings() == listed(report)
    visitor.write(text, cluster_version="new")
    assert "'new' is not a cluster version" in visitor.shown("#mistakes")


def test_marks_stand_at_the_places_also_in_json_and_behind_rare_letters(visitor: Visitor) -> None:
    service = "apiVersion: v1\nkind: Service\nmetadata:\n  name: web\n  annotations:\n"
    value = '{"name": "\U0001f600", "type": "outer"}'
    visitor.write(
        f"{service}    kubernetes.io/elb.autocreate: '{value}'\nspec: {{type: LoadBalancer, ports: [{{port: 80}}]}}\n"
    )

    assert '"outer"' in visitor.page.locator("#mirror mark").all_text_contents()
    place = next(each[0] for each in visitor.findings() if "outer" in each[4])
    visitor.page.locator("#findings .place", has_text=place).first.click()
    chosen = (
        "() => { const t = document.getElementById('text'); return t.value.slice(t.selectionStart, t.selectionEnd); }"
    )
    assert visitor.page.evaluate(chosen) == '"outer"'
    assert visitor.shown("#mirror") == visitor.page.input_value("#text") + "\n"


def test_cures_are_applied_as_fix_writes_them(visitor: Visitor, tmp_path: Path) -> None:
    text = (ROOT / "app/elbguard/demo/samples/3-many-mistakes.yaml").read_text(encoding="utf-8")
    (tmp_path / FILE).write_text(text, encoding="utf-8")
    diff = elbguard("fix", FILE, cwd=tmp_path).stdout
    elbguard("fix", FILE, "--write", cwd=tmp_path)
    visitor.write(text)

    assert visitor.shown("#cures-diff") == diff
    visitor.page.click("#apply")
    visitor.wait()

    assert visitor.page.input_value("#text") == (tmp_path / FILE).read_text(encoding="utf-8")
    assert not visitor.page.locator("#cures").is_visible()


def test_what_was_put_there_by_a_click_is_undone_by_button_and_key(visitor: Visitor) -> None:
    visitor.write(SERVICE)
    ways: list[Callable[[], None]] = [
        lambda: visitor.page.click("#undo"),
        lambda: visitor.page.press("#text", "Control+z"),
    ]
    for undo in ways:
        visitor.page.select_option("#sample", label="Works")
        assert visitor.page.input_value("#text") != SERVICE
        undo()
        assert visitor.page.input_value("#text") == SERVICE


def test_a_new_line_is_indented_as_the_one_above(visitor: Visitor) -> None:
    visitor.write("metadata:\n  name: a")
    visitor.page.press("#text", "End")
    visitor.page.keyboard.press("Control+End")
    visitor.page.keyboard.press("Enter")

    assert visitor.page.input_value("#text") == "metadata:\n  name: a\n  "
    visitor.wait()


def test_what_is_filled_in_is_written_as_fix_writes_it(visitor: Visitor, tmp_path: Path) -> None:
    text = (ROOT / "app/elbguard/demo/samples/1-works.yaml").read_text(encoding="utf-8")
    (tmp_path / FILE).write_text(text, encoding="utf-8")
    elbguard("fix", FILE, "--write", "--defaults", cwd=tmp_path)
    visitor.write(text)

    visitor.page.click("#write")
    visitor.wait()
    assert visitor.page.input_value("#text") == (tmp_path / FILE).read_text(encoding="utf-8")


def test_a_rule_is_explained_and_its_examples_can_be_tried(visitor: Visitor) -> None:
    visitor.page.select_option("#sample", label="One mistake")
    visitor.wait()
    visitor.page.locator("#findings summary").first.click()
    explained = visitor.page.locator(".explained")

    expect(explained).to_contain_text(
        json.loads(elbguard("explain", "ELB101", "--format", "json", cwd=ROOT).stdout)["says"]
    )
    explained.locator("button").last.click()
    visitor.wait()
    assert visitor.findings() == []


def test_a_link_leads_back_to_text_and_settings(visitor: Visitor) -> None:
    text = "apiVersion: v1 # é \U0001f600\nkind: Service\n"
    visitor.write(text, cluster_version="v1.28.15-r0", namespace="shop", ignore="ELB101")
    visitor.page.click("#share")
    expect(visitor.page.locator("#link")).to_have_value(re.compile("#1[.]"))
    link = visitor.page.input_value("#link")
    visitor.write("")

    visitor.page.goto(f"{visitor.address}#")
    visitor.page.goto(link)
    expect(visitor.page.locator("#text")).to_have_value(text)
    visitor.wait()

    given = {name: visitor.page.input_value(f"[name={name}]") for name in ("cluster-version", "namespace", "ignore")}
    assert given == {"cluster-version": "v1.28.15-r0", "namespace": "shop", "ignore": "ELB101"}


def packed(data: bytes) -> str:
    """Bytes as a link of the page has them."""
    deflated = zlib.compressobj(wbits=-15)
    return "#1." + urlsafe_b64encode(deflated.compress(data) + deflated.flush()).decode().rstrip("=")


@pytest.mark.parametrize(
    "fragment",
    [
        "#1.",
        "#1.%3Cscript%3E",
        "#1." + "A" * 40_000,
        packed(b'{"text": "a", "settings": {}}')[:-9],
        packed(b"not JSON"),
        packed(b"null"),
        packed(b'{"text": 1, "settings": {}}'),
        packed(b'{"text": "a", "settings": []}'),
        packed(b'{"text": "\xff", "settings": {}}'),
        packed(b" " * 20_000_000),
    ],
    ids=["empty", "markup", "endless", "cut", "words", "null", "number", "list", "no UTF-8", "bomb"],
)
def test_a_broken_or_hostile_link_is_said_in_one_sentence(visitor: Visitor, fragment: str) -> None:
    visitor.write("kind: Service\n")
    visitor.page.goto(f"{visitor.address}#")
    visitor.page.goto(visitor.address + fragment)

    expect(visitor.page.locator("#notice")).to_have_text(re.compile("The link holds no manifest"))
    assert visitor.page.input_value("#text") == "kind: Service\n"
    visitor.page.select_option("#settings [name=cluster-type]", "turbo")
    visitor.wait()
    assert not visitor.page.locator("#notice").is_visible()


def test_a_sentence_about_a_link_outlasts_the_answer_about_what_is_there(visitor: Visitor) -> None:
    visitor.write("kind: Service\n")
    visitor.page.goto(f"{visitor.address}#1.cut")
    visitor.page.select_option("#language", "zh")
    visitor.wait()
    visitor.page.select_option("#language", "en")
    visitor.wait()

    assert visitor.page.locator("#notice").is_visible()


def test_what_is_written_after_a_link_was_made_takes_the_link_away(visitor: Visitor) -> None:
    visitor.write("kind: Service\n")
    visitor.page.click("#share")
    expect(visitor.page).to_have_url(re.compile("#1[.]"))
    visitor.write("kind: Servicing\n")

    assert "#" not in visitor.page.url
    assert not visitor.page.locator("#shared").is_visible()


def test_what_is_written_is_only_ever_text(visitor: Visitor) -> None:
    service = f"apiVersion: v1\nkind: Service\nmetadata:\n  name: '{HOSTILE}'\n  annotations:\n"
    settings = {"cluster-version": HOSTILE, "constructor": "a", "__proto__": "b", "type": ["c"]}
    visitor.write(f"{service}    kubernetes.io/elb.class: '{HOSTILE}'\nspec: {{type: LoadBalancer}}\n")

    assert HOSTILE in visitor.shown("#printed")
    assert visitor.page.locator("main img, main script").count() == 0
    visitor.page.goto(visitor.address + packed(json.dumps({"text": HOSTILE, "settings": settings}).encode()))
    expect(visitor.page.locator("#text")).to_have_value(HOSTILE)
    visitor.wait()
    assert "is not a cluster version" in visitor.shown("#mistakes")
    assert visitor.page.locator("main img, main script").count() == 0


def test_a_manifest_that_takes_long_can_be_stopped_and_the_page_goes_on(visitor: Visitor) -> None:
    one = f"{SERVICE}spec: {{type: LoadBalancer}}\n"
    visitor.page.evaluate(RESET)
    visitor.page.evaluate(PASTE, f"{one}---\n" * 1800)
    visitor.page.click("#stop")
    visitor.wait()

    assert visitor.shown("#notice") == "The check was stopped."
    visitor.write(one)
    assert visitor.shown("#notice") == ""
    assert visitor.findings()


def test_a_text_that_is_too_long_is_not_asked_about(visitor: Visitor) -> None:
    visitor.page.evaluate(PASTE, "a" * 256_001)

    expect(visitor.page.locator("#notice")).to_have_text(re.compile("too long for the playground"))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "Paste a manifest, or choose a sample."),
        ("hello", "No Service in this text: nothing was judged."),
        ("kind: Service\napiVersion: v1\n", "1 Service · Nothing to report."),
    ],
    ids=["nothing", "words", "a Service"],
)
def test_what_was_looked_at_is_said_also_where_nothing_was_found(visitor: Visitor, text: str, said: str) -> None:
    visitor.write(text)

    assert visitor.shown("#state") == said


def test_each_language_says_all(visitor: Visitor) -> None:
    missing = """async () => {
        const { LANGUAGES } = await import('./strings.js');
        const keys = Object.keys(LANGUAGES.en);
        const used = [...document.querySelectorAll('[data-says]')].map(each => each.dataset.says);
        return Object.values(LANGUAGES).flatMap(says => [...keys, ...used].filter(key => !(key in says)));
    }"""
    assert visitor.page.evaluate(missing) == []

    visitor.page.select_option("#language", "zh")
    assert visitor.page.locator("html").get_attribute("lang") == "zh-CN"
    assert visitor.shown("#share") == "生成分享链接"
    visitor.page.select_option("#language", "en")
    visitor.wait()
    assert visitor.shown("#share") == "Share by link"


def test_findings_refusal_and_explanation_are_said_in_the_language_chosen(visitor: Visitor, tmp_path: Path) -> None:
    text = (ROOT / "app/elbguard/demo/samples/2-one-mistake.yaml").read_text(encoding="utf-8")
    (tmp_path / FILE).write_text(text, encoding="utf-8")
    visitor.write(text)
    visitor.page.select_option("#language", "zh")
    visitor.wait()

    report = json.loads(elbguard("check", FILE, "--format", "json", "--lang", "zh", cwd=tmp_path).stdout)
    rule = json.loads(elbguard("explain", "ELB101", "--format", "json", "--lang", "zh", cwd=ROOT).stdout)
    [service] = json.loads(answer(json.dumps({"text": text, "settings": {"lang": "zh"}})))["services"]
    assert [each[4] for each in visitor.findings()] == [each["message"] for each in report["findings"]]
    assert visitor.shown("#printed") == "".join(f"{line}\n" for line in service["lines"])
    visitor.page.locator("#findings summary").first.click()
    expect(visitor.page.locator(".explained")).to_contain_text(rule["says"])
    visitor.page.select_option("#language", "en")
    visitor.wait()


def test_everything_has_a_name_and_a_place_on_a_phone(visitor: Visitor) -> None:
    visitor.page.select_option("#sample", label="Many mistakes")
    visitor.wait()

    assert visitor.page.locator("input, select, textarea, button, progress").evaluate_all(LABELLED) == []
    visitor.page.set_viewport_size(PHONE)
    assert visitor.page.evaluate("() => document.documentElement.scrollWidth") <= PHONE["width"]
    visitor.page.set_viewport_size(DESKTOP)


def test_the_keyboard_comes_through_the_text_to_the_findings(visitor: Visitor) -> None:
    visitor.page.select_option("#sample", label="One mistake")
    visitor.wait()
    visitor.page.focus("#text")
    reached = "() => document.activeElement.closest('[id]').id"
    passed: list[str] = []
    while "findings" not in passed and len(passed) < 30:
        visitor.page.keyboard.press("Tab")
        passed.append(visitor.page.evaluate(reached))
    assert passed[-1] == "findings"

    visitor.page.keyboard.press("Enter")
    assert visitor.page.evaluate(reached) == "text"


def test_nobody_is_asked_but_for_the_files_of_the_page_and_nobody_can_be(visitor: Visitor, site: Path) -> None:
    files = {file.relative_to(site).as_posix() for file in site.rglob("*") if file.is_file()}
    loaded = len(visitor.asked)
    visitor.page.select_option("#sample", label="Many mistakes")
    visitor.wait()

    assert len(visitor.asked) == loaded
    requests = [each for each in visitor.asked if not each.url.startswith("blob:")]
    assert {each.method for each in requests} == {"GET"}
    assert {each.post_data for each in requests} == {None}
    for each in requests:
        assert each.url.startswith(visitor.address)
        assert (each.url.partition("#")[0].removeprefix(visitor.address) or "index.html") in files

    for place in (visitor.page, visitor.page.workers[0]):
        assert place.evaluate(TRY_ELSEWHERE) == "http://127.0.0.1:9/"
    visitor.complaints[:] = [text for text in visitor.complaints if "127.0.0.1:9" not in text]


@pytest.mark.parametrize("without", ["WebAssembly", "a server"])
def test_what_the_page_needs_is_said_where_it_is_wanting(
    browser: Browser, address: str, site: Path, without: str
) -> None:
    context = browser.new_context()
    page = context.new_page()
    if without == "WebAssembly":
        page.add_init_script("delete globalThis.WebAssembly")
    page.goto(address if without == "WebAssembly" else (site / "index.html").as_uri())

    expect(page.locator("#blocked")).to_have_text(re.compile("needs JavaScript and WebAssembly, and a web server"))
    expect(page.locator("#blocked")).to_be_visible()
    expect(page.locator("main")).to_be_hidden()
    context.close()
