"""What is cured, what is left alone, and what is said about both."""

import pytest

from elbguard.check.kustomize import Part
from elbguard.fix.cures import FixResult
from elbguard.fix.fixing import fixed
from elbguard.settings import Settings

HEAD = "apiVersion: v1\nkind: Service\nmetadata:\n  name: web\n  annotations:\n"
SPEC = "spec:\n  type: LoadBalancer\n  ports: [{port: 80}, {port: 443}]\n"
ID = "    kubernetes.io/elb.id: 5083f225-9bf8-48fa-9c8b-67bd9693c4c0\n"
AUTOCREATE = '"type": "public", "bandwidth_size": 5, "bandwidth_sharetype": "PER", "eip_type": "5_bgp", "name": "web"'


def fix(text: str, *, defaults: bool = False, settings: Settings = Settings()) -> FixResult:  # noqa: B008 - frozen
    return fixed(text, settings, defaults=defaults, file="web.yaml")


def rows(text: str) -> list[str]:
    """The annotations of a text that begins with HEAD and ends with SPEC, without their prefix."""
    lines = text.removeprefix(HEAD).removesuffix(SPEC).splitlines()
    return [line.strip().removeprefix("kubernetes.io/elb.") for line in lines]


@pytest.mark.parametrize(
    ("wrong", "right"),
    [
        ("class: dedicated", "class: performance"),
        ('class: "\\u0020union"', 'class: "union"'),
        ("health-check-flag: &flag off", 'health-check-flag: &flag "off"'),
        ("session-affinity-mode: Source-IP", "session-affinity-mode: SOURCE_IP"),
        (
            "session-affinity-option: '{\"persistence_timeout\": 60}'",
            'session-affinity-option: \'{"persistence_timeout": "60"}\'',
        ),
        (
            'health-check-option: \'{"protocol": "udp connect"}\'',
            'health-check-option: \'{"protocol": "UDP_CONNECT"}\'',
        ),
        (
            'health-check-options: \'[{"target_service_port": "TCP:80", "delay": 5}, {"monitor-port": 9090}]\'',
            'health-check-options: \'[{"target_service_port": "TCP:80", "delay": "5"}, {"monitor_port": "9090"}]\'',
        ),
        (
            'health-check-options: "[{\\"target_service_port\\": \\"TCP:80\\", \\"protocol\\": \\"http\\"}]"',
            'health-check-options: "[{\\"target_service_port\\": \\"TCP:80\\", \\"protocol\\": \\"HTTP\\"}]"',
        ),
        (
            'health-check-options: \' {"targetServicePort": "TCP:80", "delay": 5} \'',
            'health-check-options: \' [{"target_service_port": "TCP:80", "delay": "5"}] \'',
        ),
        (
            "custom-backend-weights: '{\"default-weight\": 12}'",
            "custom-backend-weights: '{\"defaultWeight\": 12}'",
        ),
        (
            'custom-backend-weights: \'{"defaultWeight": "12"}\'',
            "custom-backend-weights: '{\"defaultWeight\": 12}'",
        ),
        (
            'pools-options: \'{"any_port_enabled": "True"}\'',
            "pools-options: '{\"any_port_enabled\": true}'",
        ),
        (
            'health-check-options: \'[{"target-service-port": "tcp:443"}, {"target_service_port": " Tcp:80"}]\'',
            'health-check-options: \'[{"target_service_port": "TCP:443"}, {"target_service_port": "TCP:80"}]\'',
        ),
        ("adaptive-weight: 'Yes'", "adaptive-weight: 'true'"),
        ("x-forwarded-host: 'off'", "x-forwarded-host: 'false'"),
        ("http2_enable: '1'", "http2-enable: 'true'"),
        ("x-forwarded-port: enabled", 'x-forwarded-port: "true"'),
        ("health-check-flag: disabled", 'health-check-flag: "off"'),
        ("acl-status: disabled", 'acl-status: "off"'),
        ("acl-type: Whitelist", "acl-type: white"),
        ("lb-algorithm: ROUNDROBIN", "lb-algorithm: ROUND_ROBIN"),
        ("lb-algorithm: leastconnections", "lb-algorithm: LEAST_CONNECTIONS"),
        ("lb-algorithm: Source-Ip", "lb-algorithm: SOURCE_IP"),
        ("session-affinity-mode: sourceip", "session-affinity-mode: SOURCE_IP"),
        (
            "acl-id: '1f9a4f8c-6a1e-4b7e-9d0c-3f1f5b0c7a52 , 2f9a4f8c-6a1e-4b7e-9d0c-3f1f5b0c7a52'",
            "acl-id: '1f9a4f8c-6a1e-4b7e-9d0c-3f1f5b0c7a52,2f9a4f8c-6a1e-4b7e-9d0c-3f1f5b0c7a52'",
        ),
        ("pass-through: ONLYLOCAL", "pass-through: onlyLocal"),
        ('idle-timeout: "60"', 'keepalive_timeout: "60"'),
        ("idle-timeout: 60", 'keepalive_timeout: "60"'),
        ("enterpriseID: 0", 'enterpriseID: "0"'),
        ("enterpriseid: '0'", "enterpriseID: '0'"),
        ("subnet-id: 012345", 'subnet-id: "012345"'),
    ],
)
def test_what_is_certain_is_cured(wrong: str, right: str) -> None:
    result = fix(f"{HEAD}{ID}    kubernetes.io/elb.{wrong}\n{SPEC}")

    assert rows(result.text)[1] == right
    assert len(result.changes) >= 1


@pytest.mark.parametrize(
    "row",
    [
        "class: unoin",
        "class: elasticity",
        "health-check-flag: maybe",
        "health-check-flag:",
        "lb-algorithm: RANDOM",
        "pass-through: 'yes'",
        "protocol-port: tcp:80",
        "protocol-port: http:80|https:443",
        "protocol-port: http:80https:443",
        "protocol-port: http",
        "ip: ''",
        "isd: x",
        "ports: '80'",
        "l4-flavor-id: x",
        "session-affinity-flag: 'on'",
        "pass-through: !!bool true",
        "pass-through: ! 'true'",
        'health-check-option: \'{"delay": 51, "timeout": true, "max_retries": 3.5, "protocol": 5, "path": null}\'',
        'health-check-option: \'{"delay": "5s", "x": 1, "": 2}\'',
        'health-check-option: \'{"Delay": "5", "delay": "6"}\'',
        'health-check-option: \'{"dealy": "5", "dellay": "6"}\'',
        'health-check-option: \'{"Delay": "5", "DELAY": "5"}\'',
        "health-check-option: '{\"delay\": 5'",
        'health-check-options: \'[{"target_service_port": "TCP:80", "delay": 51, "timeout": true, "path": null}]\'',
        'health-check-options: \'[{"target_service_port": "TCP:80", "Delay": "5", "delay": "6"}]\'',
        'health-check-options: \'[{"delay": 5, "delay": 6}]\'',
        "health-check-options: '[null, 5, [{\"delay\": 5}]]'",
        "health-check-options: '[{\"delay\": 5}'",
        "health-check-options: '[{\"delay\": 5} // five seconds\n]'",
        'port-ranges: \'{"web": ["30010,30000", "30020-30030"]}\'',
        "pools-options: '{\"any_port_enabled\": 1}'",
        'pools-options: \'{"any_port_enabled": "yes"}\'',
        'custom-backend-weights: \'{"defaultWeight": "012"}\'',
        "acl-type: both",
        "acl-id: my group",
    ],
)
def test_what_is_not_certain_is_left_alone(row: str) -> None:
    text = f"{HEAD}{ID}    kubernetes.io/elb.{row}\n{SPEC}"

    assert fix(text).text == text
    assert fix(text).changes == ()


def test_a_key_that_is_there_already_is_not_written_twice() -> None:
    text = f"{HEAD}{ID}    kubernetes.io/elb.class: union\n    kubernetes.io/elb.clas: performance\n{SPEC}"
    two = f"{HEAD}{ID}    kubernetes.io/elb.clas: union\n    kubernetes.io/elb.classs: performance\n{SPEC}"

    assert fix(text).text == text
    assert fix(two).text == two


def test_a_change_says_where_and_what() -> None:
    text = f"{HEAD}    kubernetes.io/elb.clas: Shared\n    kubernetes.io/elb.autocreate: '{{{AUTOCREATE}}}'\n{SPEC}"
    result = fix(text.replace('_size": 5', '_size": "5"'))

    assert [str(change) for change in result.changes] == [
        "web.yaml:6:5: kubernetes.io/elb.clas becomes kubernetes.io/elb.class,"
        ' metadata.annotations[kubernetes.io/elb.class]: "Shared" becomes "union" [ELB903]',
        'web.yaml:7:73: metadata.annotations[kubernetes.io/elb.autocreate].bandwidth_size: "5" becomes 5 [ELB206]',
    ]


def test_a_cure_that_would_bring_an_error_is_left_alone_and_says_so() -> None:
    text = f"{HEAD}    kubernetes.io/elb.class: dedicated\n    kubernetes.io/elb.autocreate: '{{{AUTOCREATE}}}'\n{SPEC}"
    result = fix(text)

    assert result.text == text
    (trouble,) = result.troubles
    assert (trouble.line, trouble.column, trouble.fatal) == (6, 30, False)
    assert trouble.message.startswith(
        'left alone: metadata.annotations[kubernetes.io/elb.class]: "dedicated" would become "performance", but then '
        "metadata.annotations[kubernetes.io/elb."
    )
    assert "[ELB231]" in trouble.message


def test_cures_that_need_each_other_are_applied_together() -> None:
    ports = "    kubernetes.io/elb.protocol-port: https:443;http:80\n"
    text = f"{HEAD}{ID}{ports}    kubernetes.io/elb.certid: {'a' * 32}\n{SPEC}"

    assert rows(fix(text).text)[1:] == ["protocol-port: https:443,http:80", f"cert-id: {'a' * 32}"]


def test_one_cure_that_is_refused_does_not_stop_the_others() -> None:
    text = (
        f"{HEAD}{ID}    kubernetes.io/elb.protocol-port: https:443;http:80\n    kubernetes.io/elb.clas: union\n{SPEC}"
    )
    result = fix(text)

    assert rows(result.text)[1:] == ["protocol-port: https:443;http:80", "class: union"]
    assert "[ELB522]" in result.troubles[0].message


@pytest.mark.parametrize(
    "text",
    [
        f"{HEAD}{ID}    kubernetes.io/elb.class: Union  # elbguard: ignore[ELB101] our controller folds case\n{SPEC}",
        f"{HEAD}{ID}    kubernetes.io/elb.class: Union\n    elbguard.io/ignore: 'ELB101: why'\n{SPEC}",
    ],
)
def test_what_its_author_suppresses_is_not_cured(text: str) -> None:
    assert fix(text).text == text
    assert fix(text).troubles == ()


def test_what_the_operator_does_not_want_to_hear_is_not_cured() -> None:
    text = f"{HEAD}{ID}    kubernetes.io/elb.class: Union\n{SPEC}"

    assert fix(text, settings=Settings(ignore=("ELB101",))).text == text


@pytest.mark.parametrize("kind", ["Deployment", "ConfigMap"])
def test_other_kinds_stay_as_they_are(kind: str) -> None:
    text = f"{HEAD}    kubernetes.io/elb.class: Union\n{SPEC}".replace("Service", kind)

    assert fix(text, defaults=True).text == text


def test_services_of_lists_and_of_many_documents_are_cured() -> None:
    one = f"{HEAD}{ID}    kubernetes.io/elb.class: Union\n{SPEC}"
    listed = "kind: List\nitems:\n- " + one.replace("\n", "\n  ").rstrip(" ")
    result = fix(f"{one}---\n{listed}---\n{one}")

    assert result.text == f"{one}---\n{listed}---\n{one}".replace("Union", "union")
    assert [change.line for change in result.changes] == [7, 20, 31]


# ------------------------------------------------------------------------------------------ shared and overridden


def test_an_alias_is_cured_where_all_that_share_it_want_it() -> None:
    text = (
        "kind: List\nitems:\n"
        "- {kind: Service, metadata: {annotations: &a {kubernetes.io/elb.ip: x, kubernetes.io/elb.clas: Union}},"
        " spec: &s {type: LoadBalancer}}\n"
        "- {kind: Service, metadata: {annotations: *a}, spec: *s}\n"
    )
    result = fix(text)

    assert result.text == text.replace("clas: Union", "class: union")
    assert len(result.changes) == 1
    assert not result.troubles


def test_what_others_share_is_left_alone() -> None:
    text = (
        "kind: List\nitems:\n"
        "- {kind: Service, metadata: {annotations: &a {kubernetes.io/elb.ip: x, kubernetes.io/elb.clas: union}},"
        " spec: {type: LoadBalancer, ports: [{port: 80}]}}\n"
        "- {kind: Pod, metadata: {annotations: *a}}\n"
    )
    result = fix(text, defaults=True)

    assert result.text == text
    assert all("it is not certain how to write it here" in trouble.message for trouble in result.troubles)
    assert len(result.troubles) == 2


def test_one_doubtful_place_does_not_stop_the_others() -> None:
    doubtful = (
        f"{HEAD}    kubernetes.io/elb.ip: x\n    kubernetes.io/elb.class: &c Union\nspec: {{type: LoadBalancer,"
        " ports: [{port: 80, name: *c}]}\n"
    )
    sound = f"{HEAD}{ID}    kubernetes.io/elb.class: Union\n    kubernetes.io/elb.id2: x\n{SPEC}"
    result = fix(f"{doubtful}---\n{sound}")

    assert result.text == f"{doubtful}---\n{sound.replace('Union', 'union')}"
    assert [trouble.line for trouble in result.troubles] == [7, 17]  # the last says what may have been meant


def test_a_key_given_twice_is_not_renamed() -> None:
    text = f"{HEAD}{ID}    kubernetes.io/elb.clas: union\n    kubernetes.io/elb.clas: union\n{SPEC}"

    assert fix(text).text == text


# ------------------------------------------------------------------------------------------------------- unreadable


@pytest.mark.parametrize(
    ("text", "fatal"),
    [
        (f"{HEAD}{ID}    kubernetes.io/elb.class: Union\n{SPEC}---\na: b: c\n", True),
        (f"{HEAD}{ID}    kubernetes.io/elb.class: Union\n    x: {{{{ .Values.x }}}}\n{SPEC}", False),
    ],
)
def test_what_cannot_be_read_to_its_end_stays_as_it_is(text: str, fatal: bool) -> None:
    result = fix(text, defaults=True)

    assert result.text == text
    assert [trouble.fatal for trouble in result.troubles] == [fatal]


def test_findings_with_one_cure_are_one_change() -> None:
    text = f"{HEAD}{ID}    kubernetes.io/elb.protocol-port: 'HTTP:99999, http:80, http:443'\n{SPEC}"
    result = fix(text)

    assert rows(result.text)[1] == "protocol-port: 'http:99999,http:80,http:443'"
    assert len(result.changes) == 1
    assert not result.troubles


def test_what_a_base_lacks_is_no_error_that_is_left() -> None:
    text = "apiVersion: v1\nkind: Service\nmetadata:\n  name: web\n  annotations: {kubernetes.io/elb.class: Union}\n"
    text += "spec: {type: LoadBalancer, selector: {app: web}, ports: [{port: 80}]}\n"
    result = fixed(text, Settings(), file="web.yaml", part=Part.BASE)

    assert (result.left, result.text) == (0, text.replace("Union", "union"))
    assert fixed(text, Settings(), file="web.yaml").left == 1
