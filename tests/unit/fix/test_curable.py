"""What a check says can be cured, and where it does not look."""

from typing import Final

from elbguard.check.judge import Judge
from elbguard.fix.curable import marked
from elbguard.settings import Settings

HEAD: Final = "apiVersion: v1\nkind: Service\nmetadata:\n  name: web\n  annotations:\n"
TAIL: Final = "spec:\n  type: LoadBalancer\n  ports: [{port: 80}]\n  selector: {app: web}\n"
JUDGE: Final = Judge(Settings())


def cured(text: str) -> int:
    """How many findings of a text are marked."""
    return sum(entry.curable for entry in marked(JUDGE.judge(text, "a.yaml"), text, "a.yaml", JUDGE).entries)


def test_what_fix_cures_is_marked_in_each_of_many_services() -> None:
    service = f"{HEAD}    kubernetes.io/elb.class: Union\n{TAIL}"

    assert cured(service) == 1
    assert cured("---\n".join([service] * 100)) == 100


def test_of_thousands_of_mistakes_in_one_service_none_is_cured_to_see_whether_it_can_be() -> None:
    keys = "".join(f"    kubernetes.io/elb.clas{number}: y\n" for number in range(5000))

    assert cured(f"{HEAD}    kubernetes.io/elb.class: Union\n{keys}{TAIL}") == 0
