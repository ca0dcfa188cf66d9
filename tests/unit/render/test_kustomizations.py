"""Kustomizations built by the real kubectl and judged: each finding at the line of the source that it comes from."""

from pathlib import Path

from tests.support.builders import ID, found, kustomizer, rendered, service, write

OVERLAY = "resources: [../../base]\n"


def test_a_finding_stands_in_the_base_that_says_the_value(tmp_path: Path) -> None:
    write(
        tmp_path,
        base__kustomization="resources: [svc.yaml]\n",
        base__svc=service(**{"class": "nope", "id": ID}),
        overlays__prod__kustomization=OVERLAY + "namePrefix: prod-\n",
    )

    assert found(tmp_path, kustomizer(tmp_path)) == {"base/svc.yaml:6:30 ELB101"}


def test_a_finding_stands_in_the_patch_that_says_the_value(tmp_path: Path) -> None:
    write(
        tmp_path,
        base__kustomization="resources: [svc.yaml]\n",
        base__svc=service(**{"class": "union", "id": ID}),
        overlays__prod__kustomization=OVERLAY + "patches: [{path: class.yaml}]\n",
        overlays__prod__class=service("spec: {}\n", **{"class": "nope"}),
    )

    assert found(tmp_path, kustomizer(tmp_path)) == {"overlays/prod/class.yaml:6:30 ELB101"}


def test_a_finding_stands_in_a_patch_inside_the_kustomization(tmp_path: Path) -> None:
    write(
        tmp_path,
        svc=service(**{"class": "union", "id": ID}),
        kustomization="""\
resources: [svc.yaml]
patches:
- target: {kind: Service}
  patch: |-
    - op: replace
      path: /metadata/annotations/kubernetes.io~1elb.class
      value: nope
- patch: |
    apiVersion: v1
    kind: Service
    metadata:
      name: web
      annotations:
        kubernetes.io/elb.autocreate: '{"type": "inner", "bandwidth_size": 99999}'
""",
    )

    assert found(tmp_path, kustomizer(tmp_path)) >= {
        "kustomization.yaml:7:14 ELB101",
        "kustomization.yaml:14:76 ELB206",
    }


def test_what_several_overlays_have_from_one_base_is_said_once_and_names_them(tmp_path: Path) -> None:
    write(
        tmp_path,
        base__kustomization="resources: [svc.yaml]\n",
        base__svc=service(**{"class": "nope", "id": ID}),
        overlays__dev__kustomization=OVERLAY,
        overlays__prod__kustomization=OVERLAY,
    )
    done = rendered(tmp_path, kustomizer(tmp_path))

    assert done.returncode == 1
    assert done.stdout.count("error[ELB101]") == 1
    assert "(rendered from overlays/dev, overlays/prod)" in done.stdout
    assert "1 error in 2 Services" in done.stdout


def test_a_base_that_lacks_what_its_overlay_adds_is_no_mistake(tmp_path: Path) -> None:
    write(
        tmp_path,
        base__kustomization="resources: [svc.yaml]\n",
        base__svc=service(**{"class": "union"}),
        overlays__prod__kustomization=OVERLAY + "patches: [{path: id.yaml}]\n",
        overlays__prod__id=service("spec: {}\n", id=ID),
    )
    done = rendered(tmp_path, kustomizer(tmp_path), "--strict")

    assert "No mistakes in 1 Service" in done.stdout


def test_what_is_missing_stands_at_the_parent_in_the_resource(tmp_path: Path) -> None:
    write(tmp_path, kustomization="resources: [svc.yaml]\n", svc=service(**{"class": "union"}))

    assert found(tmp_path, kustomizer(tmp_path)) == {"svc.yaml:5:3 ELB110"}


def test_a_comment_in_the_source_suppresses_and_one_that_suppresses_nothing_is_told(tmp_path: Path) -> None:
    text = service(**{"class": "nope", "id": ID})
    text = text.replace("'nope'", "'nope' # elbguard: ignore[ELB101] it is translated")
    text = text.replace("  name: web", "  name: web # elbguard: ignore[ELB206] nothing is here")
    write(tmp_path, kustomization="resources: [svc.yaml]\n", svc=text)
    path = kustomizer(tmp_path)

    assert found(tmp_path, path) == {"svc.yaml:4:13 ELB992"}
    assert found(tmp_path, path, "--no-suppressions") == {"svc.yaml:6:30 ELB101"}


def test_the_same_value_in_two_places_gives_no_line(tmp_path: Path) -> None:
    write(
        tmp_path,
        base__kustomization="resources: [svc.yaml]\n",
        base__svc=service(**{"class": "nope", "id": ID}),
        overlays__prod__kustomization=OVERLAY + "patches: [{path: class.yaml}]\n",
        overlays__prod__class=service("spec: {}\n", **{"class": "nope"}),
    )

    assert found(tmp_path, kustomizer(tmp_path)) == {"base/svc.yaml ELB101"}
