"""Settings from flags, environment and file: which one wins, and what is said about a wrong one."""

import json
import os
import re
from collections.abc import Mapping, Sequence
from ipaddress import ip_address
from pathlib import Path
from typing import Any

import click
import pytest
from click.testing import CliRunner, Result

from elbguard.cli import elbguard
from elbguard.settings import DEFAULTS, Settings, load
from elbguard.settings_mistakes import SettingsError
from elbguard.verbs.settings_flags import judging
from elbguard_rules.core.facts import Unknown, Version
from elbguard_rules.core.problem import Severity
from elbguard_rules.guard import RULES
from tests.support.trying import each_of


@click.command()
@judging
def show(settings: Settings) -> None:
    """Print the settings that a verb gets."""
    click.echo(settings.model_dump_json(by_alias=True))


def _run(command: click.Command, arguments: Sequence[str], environment: Mapping[str, str]) -> Result:
    nothing = {name: None for name in os.environ if name.startswith("ELBGUARD_")}
    return CliRunner().invoke(command, list(arguments), env={**nothing, **environment})


def _shown(*arguments: str, **environment: str) -> dict[str, Any]:
    result = _run(show, arguments, environment)
    assert result.exit_code == 0, result.output
    shown: dict[str, Any] = json.loads(result.stdout)
    return shown


def _file(folder: Path, text: str) -> str:
    path = folder / "elbguard.yaml"
    path.write_text(text)
    return str(path)


GIVEN = [
    ("cluster-version", ["--cluster-version", "v1.28.15-r0"], "v1.28.15-r0", "v1.28.15-r0"),
    ("cluster-type", ["--cluster-type", "turbo"], "turbo", "turbo"),
    ("proxy-mode", ["--proxy-mode", "ipvs"], "ipvs", "ipvs"),
    ("profile", ["--profile", "otc"], "otc", "otc"),
    ("node-ip", ["--node-ip", "10.0.0.1", "--node-ip", "::1"], "10.0.0.1 ::1", ["10.0.0.1", "::1"]),
    ("cluster-id", ["--cluster-id", "c-1"], "c-1", "c-1"),
    ("mode", ["--mode", "audit"], "audit", "audit"),
    (
        "modes",
        ["--modes", "{mode: warn, namespaces: [a]}", "--modes", "[{mode: 'off', rules: [ELB101]}]"],
        "[{mode: warn, namespaces: [a]}, {mode: off, rules: [ELB101]}]",
        [{"mode": "warn", "namespaces": ["a"], "rules": []}, {"mode": "off", "namespaces": [], "rules": ["ELB101"]}],
    ),
    ("exempt-user", ["--exempt-user", "a", "--exempt-user", "b:*"], "a, b:*", ["a", "b:*"]),
    ("heed-ignore", ["--heed-ignore"], "1", True),
    ("strict-names", ["--strict-names"], "true", True),
    ("lang", ["--lang", "zh-CN"], "zh_CN.UTF-8", "zh"),
    ("ignore", ["--ignore", "ELB206", "--ignore", "unknown-class"], "ELB206 unknown-class", ["ELB206", "ELB101"]),
    (
        "severity",
        ["--severity", "elb206=warning", "--severity", "unknown-class=off"],
        "ELB206=warning unknown-class=off",
        {"ELB206": "warning", "ELB101": "off"},
    ),
    ("default-class", ["--default-class", "performance"], "performance", "performance"),
    (
        "no-default",
        ["--no-default", "elb.class", "--no-default", "kubernetes.io/elb.lb-algorithm"],
        "elb.class elb.lb-algorithm",
        ["elb.class", "elb.lb-algorithm"],
    ),
]
NAMES = [name for name, *_ in GIVEN]


@pytest.mark.parametrize(("name", "flags", "expected"), [(n, f, x) for n, f, _, x in GIVEN], ids=NAMES)
def test_a_setting_is_given_by_a_flag(name: str, flags: list[str], expected: object) -> None:
    assert expected == _shown(*flags)[name]


@pytest.mark.parametrize(("name", "text", "expected"), [(n, e, x) for n, _, e, x in GIVEN], ids=NAMES)
def test_a_setting_is_given_by_the_environment(name: str, text: str, expected: object) -> None:
    assert expected == _shown(**{"ELBGUARD_" + name.upper().replace("-", "_"): text})[name]


@pytest.mark.parametrize(("name", "expected"), [(n, x) for n, _, _, x in GIVEN], ids=NAMES)
def test_a_setting_is_given_by_the_file(tmp_path: Path, name: str, expected: object) -> None:
    config = _file(tmp_path, json.dumps({name: expected}))

    assert expected == _shown("--config", config)[name]
    assert expected == _shown(ELBGUARD_CONFIG=config)[name]


def test_nothing_is_known_or_changed_unless_it_is_given() -> None:
    shown = _shown()
    cluster = Settings().cluster

    assert json.loads(Settings().model_dump_json(by_alias=True)) == shown
    for fact in ("version", "type", "proxy_mode", "node_ips", "profile"):
        with pytest.raises(Unknown):
            getattr(cluster, fact)
    assert Settings().policy.severities == {}


def test_flags_win_over_the_environment_and_both_over_the_file(tmp_path: Path) -> None:
    config = _file(tmp_path, "cluster-version: v1.17\ncluster-type: turbo\nproxy-mode: ipvs\ndefault-class: union\n")
    environment = {"ELBGUARD_CONFIG": config, "ELBGUARD_CLUSTER_VERSION": "v1.19", "ELBGUARD_CLUSTER_TYPE": "standard"}
    shown = _shown("--cluster-version", "v1.21", **environment)

    assert shown["cluster-version"] == "v1.21"
    assert shown["cluster-type"] == "standard"
    assert shown["proxy-mode"] == "ipvs"
    assert shown["default-class"] == "union"


def test_a_list_of_a_flag_replaces_that_of_the_file(tmp_path: Path) -> None:
    config = _file(tmp_path, "ignore: [ELB206]\nseverity: {ELB101: warning}\nnode-ip: [10.0.0.1]\n")
    shown = _shown("--config", config, "--ignore", "ELB301", "--severity", "ELB310=off")

    assert shown["ignore"] == ["ELB301"]
    assert shown["severity"] == {"ELB310": "off"}
    assert shown["node-ip"] == ["10.0.0.1"]


def test_the_environment_can_switch_off_what_the_file_switches_on(tmp_path: Path) -> None:
    config = _file(tmp_path, "strict-names: true\n")

    assert _shown("--config", config)["strict-names"] is True
    assert _shown("--config", config, ELBGUARD_STRICT_NAMES="0")["strict-names"] is False


def test_an_empty_variable_counts_as_none(tmp_path: Path) -> None:
    config = _file(tmp_path, "cluster-version: v1.17\n")
    shown = _shown("--config", config, ELBGUARD_CLUSTER_VERSION="", ELBGUARD_NODE_IP="", ELBGUARD_IGNORE="")

    assert shown["cluster-version"] == "v1.17"


@pytest.mark.parametrize("text", ["", "\n", "# nothing\n", "{}", "---\n"])
def test_an_empty_file_gives_nothing(tmp_path: Path, text: str) -> None:
    assert _shown() == _shown("--config", _file(tmp_path, text))


def test_the_bare_word_off_means_off_in_the_file(tmp_path: Path) -> None:
    shown = _shown("--config", _file(tmp_path, "severity:\n  ELB101: off\n  unknown-algorithm: warning\n"))

    assert shown["severity"] == {"ELB101": "off", "ELB301": "warning"}


def test_the_names_of_the_file_are_those_of_the_flags_with_either_dash(tmp_path: Path) -> None:
    assert _shown("--config", _file(tmp_path, "cluster_version: v1.17\n"))["cluster-version"] == "v1.17"


BAD = {
    "a version that is none": (["--cluster-version", "banana"], "'banana' is not a cluster version"),
    "a version of three dots": (["--cluster-version", "1.2.3.4"], "'1.2.3.4' is not a cluster version"),
    "a cluster type that is none": (
        ["--cluster-type", "fast"],
        "'fast' is not one of 'standard', 'turbo', 'autopilot'",
    ),
    "a proxy mode that is none": (["--proxy-mode", "nftables"], "'nftables' is not one of 'iptables', 'ipvs'"),
    "a cloud that is none": (["--profile", "aws"], "'aws' is not one of 'huawei', 'otc'"),
    "a cloud in capitals": (["--profile", "OTC"], "'OTC' is not one of 'huawei', 'otc'"),
    "an address that is none": (["--node-ip", "10.0.0.300"], "node-ip[0]: '10.0.0.300' is no IP address"),
    "an address with a port": (["--node-ip", "10.0.0.1:80"], "'10.0.0.1:80' is no IP address"),
    "a rule that is none": (["--ignore", "ELB000"], "'ELB000' is no rule"),
    "a rule with a slip": (["--ignore", "unknown-clas"], "did you mean unknown-class?"),
    "a severity without level": (["--severity", "ELB206"], "'ELB206' must be RULE=error"),
    "a severity of no rule": (["--severity", "ELB000=off"], "'ELB000' is no rule"),
    "a level that is none": (
        ["--severity", "ELB206=loud"],
        "severity.ELB206: 'loud' is not one of 'error', 'warning'",
    ),
    "a class that is none": (["--default-class", "shared"], "'shared' is not one of 'union', 'performance'"),
    "a default that is none": (["--no-default", "elb.cert-id"], "'elb.cert-id' is no default"),
    "a file that is missing": (["--config", "no/such/file"], "no/such/file: cannot be read: No such file"),
    "a file that is a folder": (["--config", "/"], "'/' is a directory"),
}


@pytest.mark.parametrize(("flags", "words"), BAD.values(), ids=BAD)
def test_a_wrong_flag_is_answered_in_one_sentence(flags: list[str], words: str) -> None:
    _assert_refused(_run(show, flags, {}), words)


@pytest.mark.parametrize(("flags", "words"), list(BAD.values())[:-2], ids=list(BAD)[:-2])
def test_a_wrong_variable_is_answered_in_one_sentence(flags: list[str], words: str) -> None:
    variable = "ELBGUARD_" + flags[0].removeprefix("--").upper().replace("-", "_")

    _assert_refused(_run(show, [], {variable: flags[1]}), words)


def test_lists_in_variables_take_commas_and_blanks() -> None:
    shown = _shown(
        ELBGUARD_IGNORE="ELB206,ELB101 , unknown-algorithm",
        ELBGUARD_NODE_IP=" 10.0.0.1,::1\n10.0.0.2 ",
        ELBGUARD_SEVERITY="ELB206=warning, ELB101=off",
        ELBGUARD_EXEMPT_USER="a,b",
    )

    assert shown["ignore"] == ["ELB206", "ELB101", "ELB301"]
    assert shown["node-ip"] == ["10.0.0.1", "::1", "10.0.0.2"]
    assert shown["severity"] == {"ELB206": "warning", "ELB101": "off"}
    assert shown["exempt-user"] == ["a", "b"]


LONE = {
    "ignore: ELB101": ("ignore", ["ELB101"]),
    "ignore: ELB101, ELB206": ("ignore", ["ELB101", "ELB206"]),
    "node-ip: 10.0.0.1": ("node-ip", ["10.0.0.1"]),
    "no-default: elb.class": ("no-default", ["elb.class"]),
    "exempt-user: CN=a, O=b": ("exempt-user", ["CN=a, O=b"]),
    "modes: {mode: warn, namespaces: shop}": ("modes", [{"mode": "warn", "namespaces": ["shop"], "rules": []}]),
    "ignore:": ("ignore", []),
    "mode:": ("mode", "enforce"),
}


@pytest.mark.parametrize(("text", "name", "expected"), [(t, n, x) for t, (n, x) in LONE.items()], ids=LONE)
def test_a_lone_element_stands_for_a_list_and_an_empty_value_for_none(
    tmp_path: Path, text: str, name: str, expected: object
) -> None:
    assert _shown("--config", _file(tmp_path, text))[name] == expected


def test_all_mistakes_are_told_at_once_the_misspelt_variable_included(tmp_path: Path) -> None:
    config = _file(tmp_path, "ingore: [ELB101]\ncluster-type: fast\nignore: [ELB000, ELB999]\nport: 1\n")
    result = _run(elbguard, ["serve", "--config", config], {"ELBGUARD_MODEE": "audit", "ELBGUARD_CLUSTER_VERSION": "x"})

    assert result.exit_code == 2
    assert result.stderr.removeprefix("Error: ").splitlines() == [
        "ELBGUARD_MODEE is no variable of elbguard, did you mean ELBGUARD_MODE?",
        "cluster-version: 'x' is not a cluster version: write it as v1.28.15-r0",
        f"{config}:2:15: cluster-type: 'fast' is not one of 'standard', 'turbo' or 'autopilot'",
        f"{config}:3:10: ignore[0]: 'ELB000' is no rule"
        + result.stderr.partition("'ELB000' is no rule")[2].splitlines()[0],
        f"{config}:3:18: ignore[1]: 'ELB999' is no rule"
        + result.stderr.partition("'ELB999' is no rule")[2].splitlines()[0],
        f"{config}:1:1: ingore is no setting, did you mean ignore?",
        f"{config}:4:1: port is no setting of a file: give --port or ELBGUARD_PORT when elbguard starts",
    ]


def test_all_wrong_flags_and_variables_are_told_at_once_by_their_names(tmp_path: Path) -> None:
    config = _file(tmp_path, "mode: warm\n")
    variables = {"PORT": "abc", "MODE": "audti", "STRICT_NAMES": "perhaps", "NODE_IPS": "x", "WORKERS": "0"}
    environment = {f"ELBGUARD_{name}": value for name, value in variables.items()}
    result = _run(elbguard, ["serve", "--config", config, "--drain-seconds", "-1", "--ignore", "ELB000"], environment)
    told = sorted(result.stderr.removeprefix("Error: ").splitlines())

    assert result.exit_code == 2
    assert told == sorted(
        [
            "--drain-seconds: '-1' is no number from 0 to 3600",
            "ELBGUARD_MODE: 'audti' is not one of 'enforce', 'warn', 'audit', 'off'",
            "ELBGUARD_NODE_IPS is no variable of elbguard, did you mean ELBGUARD_NODE_IP?",
            "ELBGUARD_PORT: 'abc' is no number from 0 to 65535",
            "ELBGUARD_STRICT_NAMES: 'perhaps' is neither true nor false",
            "ELBGUARD_WORKERS: '0' is no number from 1 to 64",
            f"{config}:1:7: mode: 'warm' is not one of 'enforce', 'warn', 'audit' or 'off', did you mean warn?",
            *(line for line in told if line.startswith("ignore[0]: 'ELB000' is no rule")),
        ]
    )
    assert "ignore[0]" in result.stderr


def test_blanks_around_a_variable_are_none_of_its_value() -> None:
    assert _shown(ELBGUARD_MODE=" audit\n", ELBGUARD_CLUSTER_ID="  ")["mode"] == "audit"


WRONG_TYPES = ("5", "2026-01-01", "[[x]]", "{a: {b: c}}", "[null]", "[5, true]")


@each_of(Settings.model_fields)
@pytest.mark.parametrize("value", WRONG_TYPES)
def test_a_value_of_a_wrong_type_is_told_in_our_words(field: str, tmp_path: Path, value: str) -> None:
    name = field.replace("_", "-")
    result = _run(elbguard, ["serve", "--config", _file(tmp_path, f"{name}: {value}\n")], {})

    assert result.exit_code == 2
    for line in result.stderr.removeprefix("Error: ").splitlines():
        assert re.search(rf": {name}[^ ]*?(: | is no| is missing)", line), line
        assert not re.search("Input|tuple|str |None|True|datetime|should be|valid ", line), line


def test_the_table_above_has_every_setting() -> None:
    assert {*NAMES, "exclude"} == {field.replace("_", "-") for field in Settings.model_fields}


@pytest.mark.parametrize("verb", ["serve", "check", "fix"])
def test_every_setting_has_a_flag_and_a_variable_that_help_names(verb: str) -> None:
    told = "".join(_run(elbguard, [verb, "--help"], {}).stdout.split())
    parameters = {each.name: each for each in elbguard.commands[verb].params}
    for field in Settings.model_fields.keys() - ({"exclude"} if verb == "serve" else set()):  # which reads no manifests
        parameter = parameters[field]

        assert isinstance(parameter, click.Option)
        assert parameter.opts == ["--" + field.replace("_", "-")]
        assert parameter.envvar == "ELBGUARD_" + field.upper()
        assert parameter.envvar in told


LINKS = {  # what Kubernetes sets for Services called elbguard and elbguard-metrics
    "ELBGUARD_SERVICE_HOST": "10.0.0.1",
    "ELBGUARD_SERVICE_PORT": "443",
    "ELBGUARD_SERVICE_PORT_HTTPS": "443",
    "ELBGUARD_PORT": "tcp://10.0.0.1:443",
    "ELBGUARD_PORT_443_TCP": "tcp://10.0.0.1:443",
    "ELBGUARD_PORT_443_TCP_PROTO": "tcp",
    "ELBGUARD_PORT_443_TCP_PORT": "443",
    "ELBGUARD_PORT_443_TCP_ADDR": "10.0.0.1",
    "ELBGUARD_METRICS_PORT": "udp://10.0.0.1:443",
    "ELBGUARD_METRICS_SERVICE_HOST": "10.0.0.1",
}
OWN = dict.fromkeys(
    ("ELBGUARD_SERVE_SETTINGS", "ELBGUARD_SERVE_LOGS", "ELBGUARD_UPDATE_GOLDEN", "ELBGUARD_CORPUS"), "1"
)


def test_what_kubernetes_sets_for_a_service_of_our_name_is_no_setting() -> None:
    result = _run(elbguard, ["serve"], LINKS | OWN)

    assert result.stderr.startswith("Error: the API server speaks HTTPS only")


def test_a_variable_that_is_like_none_of_ours_is_noted_and_stops_nothing() -> None:
    result = _run(show, [], {"ELBGUARD_IMAGE": "registry/elbguard"})

    assert result.exit_code == 0
    assert result.stderr == "note: ELBGUARD_IMAGE is no variable of elbguard and has no effect; --help names them\n"


@pytest.mark.parametrize(
    ("name", "meant"),
    [("ELBGUARD_CLUSTERVERSION", "CLUSTER_VERSION"), ("ELBGUARD_NODE_IPS", "NODE_IP"), ("elbguard_mode", "MODE")],
)
def test_a_misspelt_variable_is_named_with_the_right_one(name: str, meant: str) -> None:
    result = _run(elbguard, ["serve"], {name: "x"})

    assert result.exit_code == 2
    assert result.stderr == f"Error: {name} is no variable of elbguard, did you mean ELBGUARD_{meant}?\n"


BAD_FILES = {
    "a setting that is none": ("clusterversion: v1.28", "clusterversion is no setting, did you mean cluster-version?"),
    "another setting that is none": ("tls-cert: x", "tls-cert is no setting"),
    "a version that YAML shortens": ("cluster-version: 1.30", "cluster-version: 1.3 is a number: write it as a text"),
    "a version that is none": ("cluster-version: [1]", "cluster-version: [1] is no text, such as v1.28.15-r0"),
    "a list that is a map": (
        "ignore: {ELB206: off}",
        'ignore: must be a list, such as [ELB101]; found {"ELB',
    ),
    "a map that is a list": ("severity: [ELB206]", "severity: must be a map, such as {ELB101: warning}; found"),
    "a map that is a word": ("modes: [warn]", "modes[0]: must be a map, such as {mode: warn, namespaces: [test-*]}"),
    "a switch that is none": ("strict-names: perhaps", "strict-names: must be true or false; found 'perhaps'"),
    "a text that is a number": ("cluster-id: 5", "cluster-id: must be a text, in quotes where YAML"),
    "a setting given twice": (
        "ignore: [ELB101]\nmode: warn\nignore: [ELB206]",
        ":3:1: ignore is given a second time, first in line 1",
    ),
    "a setting given twice, by both its names": (
        "node-ip: 10.0.0.1\nnode_ip: 10.0.0.2",
        ":2:1: node-ip is given a second time, first in line 1",
    ),
    "a rule given twice": (
        "severity: {ELB101: off, ELB101: warning}",
        ":1:25: severity.ELB101 is given a second time",
    ),
    "a member given twice": (
        "modes:\n- mode: warn\n- mode: warn\n  mode: audit",
        ":4:3: modes[1].mode is given a second time, first in line 3",
    ),
    "a variable's name": ("ELBGUARD_MODE: audit", "ELBGUARD_MODE is no setting, did you mean mode?"),
    "a flag's name": ("--mode: audit", "--mode is no setting, did you mean mode?"),
    "a name unlike any": ("sparkle: 1", "sparkle is no setting; --help names them"),
    "a name that is no text": ("5: 1", "5 is no setting; --help names them"),
    "a name of two lines": ('"a\\nb": 1', "'a\\nb' is no setting; --help names them"),
    "a rule that is a list": ("ignore: [[ELB101]]", 'ignore[0]: ["ELB101"] is no rule, such as ELB101'),
    "a rule that is nothing": ("ignore: [null]", "ignore[0]: null is no rule, such as ELB101"),
    "a switch's word for a rule": ("ignore: [true]", "ignore[0]: true is no rule, such as ELB101"),
    "a default with a slip": (
        "no-default: elb.clas",
        "no-default[0]: 'elb.clas' is no default, did you mean elb.class?",
    ),
    "a list that holds itself": ("ignore: &x [*x]", "ignore[0]: [[...]] is no rule"),
    "a long value": ("mode: " + "x" * 5000, "x... is not one of 'enforce', 'warn', 'audit' or 'off'"),
    "two documents": ("mode: warn\n---\nmode: audit", ":2:1: a second document begins here"),
    "a list of settings": ("- mode: warn", "must hold settings such as `cluster-version: v1.28.15-r0`; found a list"),
    "a member that is none": (
        "modes: [{mode: warn, namespace: [x]}]",
        "modes[0].namespace is no setting, did you mean namespaces?",
    ),
    "a member that is nothing like one": (
        "modes: [{mode: warn, teams: [x]}]",
        "modes[0].teams is no setting: there are mode, namespaces, rules",
    ),
    "a member that is missing": ("modes: [{namespaces: [x]}]", "modes[0].mode is missing"),
    "a mode with a slip": (
        "modes: [{mode: warm}]",
        "modes[0].mode: 'warm' is not one of 'enforce', 'warn', ",
    ),
    "a rule in a mode": ("modes: [{mode: warn, rules: [ELB000]}]", "modes[0].rules[0]: 'ELB000' is no rule"),
    "a date": ("cluster-type: 2026-01-01", "cluster-type: "),
    "a cluster type that is none": (
        "cluster-type: fast",
        "cluster-type: 'fast' is not one of 'standard', 'turbo' or 'autopilot'",
    ),
    "a cloud that is none": ("profile: aws", "profile: 'aws' is not one of 'huawei' or 'otc'"),
    "a cloud in capitals": ("profile: OTC", "profile: 'OTC' is not one of 'huawei' or 'otc'"),
    "two clouds": ("profile: [huawei, otc]", 'profile: ["huawei", "otc"] is not one of'),
    "no map": ("- cluster-version", "must hold settings such as `cluster-version: v1.28.15-r0`"),
    "a text": ("cluster-version v1.28", "must hold settings"),
    "a tab": ("cluster-version:\n\t- x", ":2:1: is not YAML"),
    "an open bracket": ("ignore: [ELB206", "is not YAML"),
    "a control character": ("cluster-id: \x07", "is not YAML"),
    "a list as a name": ("? [1]\n: 2", "is not YAML"),
    "an unknown tag": ("ignore: !!python/object:os.system x", "is not YAML"),
    "an impossible date": ("cluster-id: 2026-13-45", "cannot be understood: month must be in 1..12"),
    "brackets without end": ("[" * 5000, "cannot be understood"),
    "a number without end": ("cluster-id: " + "9" * 5000, "cannot be understood"),
}


@pytest.mark.parametrize(("text", "words"), BAD_FILES.values(), ids=BAD_FILES)
def test_a_wrong_file_is_answered_in_one_sentence_with_its_name(tmp_path: Path, text: str, words: str) -> None:
    config = _file(tmp_path, text)
    result = _run(show, ["--config", config], {})

    _assert_refused(result, words)
    assert config in result.stderr


def test_a_file_that_is_no_text_is_answered_in_one_sentence(tmp_path: Path) -> None:
    path = tmp_path / "binary"
    path.write_bytes(b"\xff\xfe\x00")

    _assert_refused(_run(show, ["--config", str(path)], {}), "binary: is not UTF-8 text")


def _assert_refused(result: Result, words: str) -> None:
    """The last line is a sentence, all before it is click's word about usage; nothing was raised."""
    *usage, last = result.stderr.strip().split("\n")

    assert result.exit_code == 2
    assert isinstance(result.exception, SystemExit)
    assert last.startswith("Error: ")
    assert words in last
    assert all(not line or line.startswith(("Usage: ", "Try ")) for line in usage)
    assert result.stdout == ""


@pytest.mark.parametrize(
    ("flags", "words"),
    [
        ([], "the API server speaks HTTPS only: give --tls-cert and --tls-key"),
        (["--tls-cert", "tls.crt"], "give --tls-cert and --tls-key"),
        (["--tls-key", "tls.key"], "make a pair with: elbguard certs"),
        (["--tls-cert", "no/tls.crt", "--tls-key", "no/tls.key"], "no/tls.crt: no such file"),
        (["--port", "65536"], "--port: '65536' is no number from 0 to 65535"),
        (["--port", "https"], "--port: 'https' is no number from 0 to 65535"),
        (["--workers", "0"], "--workers: '0' is no number from 1 to 64"),
        (["--cluster-version", "banana"], "'banana' is not a cluster version"),
    ],
)
def test_serve_refuses_to_start_and_says_why(flags: list[str], words: str) -> None:
    _assert_refused(_run(elbguard, ["serve", *flags], {}), words)


def test_serve_refuses_files_that_are_no_pair(tmp_path: Path) -> None:
    for name in ("tls.crt", "tls.key"):
        (tmp_path / name).write_text("this is no PEM")
    files = ["--tls-cert", str(tmp_path / "tls.crt"), "--tls-key", str(tmp_path / "tls.key")]
    result = _run(elbguard, ["serve", *files], {})
    last = result.stderr.splitlines()[-1]  # the log may have said so too

    assert result.exit_code == 2
    assert isinstance(result.exception, SystemExit)
    assert last.startswith(f"Error: {files[1]} and {files[3]} cannot be served with: ")


# ------------------------------------------------------------------------------------------------ what they become


def test_the_facts_that_were_given_are_the_clusters() -> None:
    settings = load(
        {
            "cluster_version": "v1.28.15-r0",
            "cluster_type": "turbo",
            "proxy_mode": "ipvs",
            "profile": "otc",
            "node_ip": ("10.0.0.1", "fe80::1"),
        },
        None,
    )
    cluster = settings.cluster

    assert Version(1, 28, 15, 0) == cluster.version
    assert (cluster.type, cluster.proxy_mode, cluster.profile) == ("turbo", "ipvs", "otc")
    assert settings.policy.profile == "otc"
    assert frozenset(map(ip_address, ("10.0.0.1", "fe80::1"))) == cluster.node_ips


def test_what_is_ignored_is_off_whatever_its_severity() -> None:
    settings = load({"ignore": ("ELB206",), "severity": {"ELB206": "error", "ELB101": "warning"}}, None)

    assert settings.policy.severity(RULES["ELB206"]) is Severity.OFF
    assert settings.policy.severity(RULES["ELB101"]) is Severity.WARNING
    assert settings.policy.severity(RULES["ELB301"]) is Severity.ERROR


def test_strict_names_make_an_error_unless_the_rule_is_set_by_itself() -> None:
    severities = [
        load(given, None).policy.severity(RULES["ELB227"])
        for given in ({}, {"strict_names": True}, {"strict_names": True, "severity": {"ELB227": "warning"}})
    ]

    assert severities == [Severity.OFF, Severity.ERROR, Severity.WARNING]


@pytest.mark.parametrize("name", DEFAULTS)
def test_every_default_can_be_switched_off_by_its_name(name: str) -> None:
    assert not load({"no_default": (name,)}, None).policy.fills(name)


def test_settings_reach_the_workers_as_they_are() -> None:
    settings = load(
        {
            "cluster_version": "v1.28.15-r0",
            "node_ip": ("10.0.0.1",),
            "severity": {"ELB101": "off"},
            "ignore": ("ELB206",),
            "no_default": ("elb.class",),
            "strict_names": True,
        },
        None,
    )

    assert settings == Settings.model_validate_json(settings.model_dump_json(by_alias=True))
    assert Settings() == Settings.model_validate_json(Settings().model_dump_json(by_alias=True))


def test_settings_cannot_be_changed() -> None:
    with pytest.raises(ValueError, match="frozen"):
        Settings().cluster_id = "another"


def test_a_wrong_setting_raises_one_sentence() -> None:
    with pytest.raises(SettingsError, match=r"^cluster-version: 'x' is not a cluster version"):
        load({"cluster_version": "x"}, None)


@pytest.mark.parametrize("nothing", [None, (), [], {}])
def test_what_is_empty_overrides_nothing(tmp_path: Path, nothing: object) -> None:
    config = Path(_file(tmp_path, "ignore: [ELB101]\n"))

    assert load({"ignore": nothing}, config).ignore == ("ELB101",)


def test_a_digest_is_the_same_where_all_settings_are() -> None:
    one = Settings(severity={"ELB101": Severity.OFF, "ELB102": Severity.WARNING})
    other = Settings(severity={"ELB102": Severity.WARNING, "ELB101": Severity.OFF})

    assert one.digest == other.digest
    assert one.digest != Settings().digest
    assert Settings(ignore=("ELB101",)).digest != Settings().digest
