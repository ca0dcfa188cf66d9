"""The command line: the verbs, what they take, and what ends in one sentence and an exit code."""

import os
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from errno import EDQUOT, EFBIG, EIO, ENOSPC
from pathlib import Path
from types import FrameType
from typing import Any, Final, NoReturn

import click

from elbguard import cluster_verbs, completing, entry, escapes, lsp_verb
from elbguard.entry import INTERRUPTED
from elbguard.init import init_verb
from elbguard.languages import Language
from elbguard.options import (
    CANNOT,
    GIVEN,
    Failed,
    in_a_language,
    judging,
    option,
    reading,
    rendering,
    say,
    serving,
)
from elbguard.projects import Projects
from elbguard.settings import Settings
from elbguard.settings_mistakes import SettingsError

_FULL: Final = (ENOSPC, EDQUOT, EFBIG, EIO)  # why an output takes no more


class _Interrupt:
    """Raises KeyboardInterrupt, and knows that it did: where nobody may raise, as in a finalizer, Python drops it."""

    def __init__(self) -> None:
        self.came = False

    def __call__(self, number: int, frame: FrameType | None) -> NoReturn:
        """Handle the signal."""
        self.came = True
        raise KeyboardInterrupt


_INTERRUPT: Final = _Interrupt()


class Verbs(click.Group):
    """The verbs; one that is ended by Ctrl-C has an exit code that nobody takes for a verdict."""

    def make_context(self, *given: Any, **more: Any) -> click.Context:
        """Read the flags; what is wrong with them is said on one line."""
        with _on_one_line():
            return super().make_context(*given, **more)

    def invoke(self, ctx: click.Context) -> Any:
        """Run the verb that is asked for, which Ctrl-C ends in order: by KeyboardInterrupt."""
        before = signal.getsignal(signal.SIGINT)
        try:
            if before is entry.end:
                signal.signal(signal.SIGINT, _INTERRUPT)
            try:
                with _on_one_line():
                    return super().invoke(ctx)
            finally:
                if before is entry.end:
                    signal.signal(signal.SIGINT, before)
        except KeyboardInterrupt:
            click.echo("Interrupted.", err=True)
            sys.exit(INTERRUPTED)


@contextmanager
def _on_one_line() -> Iterator[None]:
    """What click says of wrong usage, on one line in which nothing acts: words of the command line stand in it."""
    try:
        yield
    except click.UsageError as error:
        error.message = escapes.line(error.message)  # type: ignore[misc] # click has no other way to its text
        raise


@click.group(
    cls=Verbs,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 80},
    help="""Guard the kubernetes.io/elb.* annotations of Huawei Cloud CCE Services.

    A LoadBalancer Service of CCE is configured by annotations that nobody checks until it is too late. elbguard checks
    them when they are applied, and fills in the documented defaults.
    """,
)
@click.version_option(package_name="elbguard", prog_name="elbguard")
def elbguard() -> None:
    pass


@elbguard.command(
    help="""Serve the admission webhook over HTTPS.

    POST /validate and /mutate take AdmissionReviews; /healthz, /readyz and /metrics are for probes and Prometheus. The
    file given by --config is followed: what changes in it is used without a restart, and so are certificate files.
    """,
)
@serving
@judging
def serve(
    settings: Settings,
    watch_cluster: bool,
    manage_certificates: bool,
    namespace: str,
    service_name: str,
    secret_name: str,
    webhook_name: str,
    certificate_host: tuple[str, ...],
    **how: Any,
) -> None:
    from elbguard.webhook.run import serve as run  # noqa: PLC0415 - other verbs start without the server's libraries
    from elbguard.webhook.wanted import CannotServe, Serve  # noqa: PLC0415

    given, config = click.get_current_context().meta[GIVEN]
    try:
        if watch_cluster or manage_certificates:
            from elbguard.cluster import parts  # noqa: PLC0415 - needs the kubernetes package

            names = parts.names(namespace, secret_name, service_name, webhook_name, certificate_host)
            how |= parts.parts(settings, names, watch=watch_cluster, keep=manage_certificates)
        run(settings, Serve(given=given, config=config, **how))
        _INTERRUPT.came = False  # it has stopped in order, which is no interruption
    except CannotServe as error:
        raise Failed(str(error)) from None


@elbguard.command(
    help="""Make a CA and a serving certificate in DIR.

    Writes ca.crt, ca.key, tls.crt and tls.key (ECDSA P-256; the certificate is good for a year) and overwrites nothing.
    """,
)
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False), metavar="DIR")
@click.option(
    "--host",
    "hosts",
    multiple=True,
    required=True,
    metavar="NAME",
    help="Host name or address the API server calls; repeatable.",
)
def certs(folder: Path, hosts: tuple[str, ...]) -> None:
    from elbguard import pairs  # noqa: PLC0415 - other verbs start without cryptography

    try:
        pairs.write(folder, hosts)
    except pairs.CannotWrite as error:
        raise Failed(str(error)) from None
    say(f"wrote {', '.join(pairs.FILES)} to {folder}")


@elbguard.command(
    help="""Check Service manifests: files, folders, patterns, or - for standard input.

    Gives the webhook's verdict, each finding with its line and column, also inside JSON. Without a PATH it checks the
    current folder. In folders it passes over what Git ignores, folders whose name begins with a dot, and packages of
    others; files there that cannot be read and plainly hold no Service are counted.

    \b
      elbguard check manifests/ --cluster-version v1.28.15-r0
      elbguard check --render deploy/ --values prod.yaml
      helm template chart | elbguard check -
      terraform show -json tf.plan | elbguard check -

    With --render the kustomizations and charts among PATH are built by the kustomize, kubectl or helm on the PATH,
    each once: a base by the overlays that take it in, a chart within a chart by that one. A finding stands at the line
    of the source that says the value (base, patch, values file, template), else at the file, and comments there
    suppress it. Nothing is fetched, written or asked of a cluster. Values and release are those of every chart.

    Of a plan of Terraform what is made and changed is judged, an update as the webhook would, and what is known after
    the apply only is left out.

    Exit code 0: nothing to report; 1: findings; 2: something could not be read, parsed or built, nothing came on
    standard input, a project file excludes all, or no Service where --require-services asks for one; 130: interrupted.
    """,
)
@click.argument("paths", nargs=-1, metavar="[PATH...|-]", type=click.Path())
@click.option(
    "--format",
    "formats",
    multiple=True,
    metavar="FORMAT[=FILE]",
    shell_complete=completing.formats,
    help="text, short (one line a finding), json, sarif, junit, github or html (a page for a browser or paper),"
    " to standard output or a file; repeatable."
    "  [default: text]",
)
@option(
    "--fail-on",
    "Which findings end in exit code 1.",
    default="error",
    show_default=True,
    type=click.Choice(["error", "warning"]),
)
@click.option(
    "--strict",
    is_flag=True,
    help="Exit 1 as well when not all was judged: a fact is wanting, a manifest is a template or a patch, or a file of"
    " the tree (.gitignore, a link to nothing) keeps something from being read.",
)
@option(
    "--no-suppressions",
    "Let nothing in what is checked suppress a finding: comments, elbguard.io/ignore, and what a project file found by"
    " itself ignores, excludes or takes less seriously. For gates on pull requests; flags and --config still count.",
    is_flag=True,
)
@click.option("--require-services", is_flag=True, help="Exit 2 when there was no Service to judge.")
@click.option(
    "--baseline",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help="Report only what is not in this file, and say what in it is found no more.",
)
@click.option("--write-baseline", is_flag=True, help="Write what is found to the baseline instead of reporting it.")
@click.option("--statistics", is_flag=True, help="Say behind the report how often each rule is broken.")
@click.option(
    "--jobs",
    type=click.IntRange(1, 64),
    metavar="N",
    help="Processes to check with.  [default: as many as it is worth]",
)
@rendering
@reading
@judging
def check(
    projects: Projects,
    fail_on: str,
    namespace: str,
    git_ignore: bool,
    no_suppressions: bool,
    render: dict[str, Any] | None,
    **wanted: Any,
) -> None:
    from elbguard.check import command  # noqa: PLC0415 - other verbs start without it
    from elbguard.check.manner import Manner  # noqa: PLC0415
    from elbguard.render.terms import Terms  # noqa: PLC0415
    from elbguard_rules.core.problem import Severity  # noqa: PLC0415

    terms = Terms(**render) if render is not None else None
    reading = Manner(git_ignore, namespace, not no_suppressions, terms)
    try:
        sys.exit(command.check(command.Wanted(fail_on=Severity(fail_on), reading=reading, **wanted), projects))
    except SettingsError as error:
        raise Failed(*error.mistakes) from None
    except command.CannotCheck as error:
        raise Failed(str(error)) from None


@elbguard.command(
    help="""Cure in manifests what is certain, and nothing else.

    Numbers where strings are asked and the reverse, capitals, yes for true, misspelt keys, separators, blanks. Only the
    bytes of what is cured change: comments, quoting, order and indentation stay. Without --write it prints a diff; with
    it the text of standard input goes to standard output.

    With --defaults Git and cluster agree about what the webhook fills in, and Argo CD sees no drift.

    Exit code 0: nothing is left to do; 1: the diff shows something, or errors are left that only their author can
    cure; 2: something could not be read, parsed or written; 130: interrupted.
    """,
)
@click.argument("paths", nargs=-1, metavar="[PATH...|-]", type=click.Path())
@click.option("--diff/--write", "show", default=True, help="Show what would change, or change it.  [default: --diff]")
@click.option("--defaults", is_flag=True, help="Also write what the webhook would fill in.")
@reading
@judging
def fix(
    projects: Projects, paths: tuple[str, ...], show: bool, defaults: bool, namespace: str, git_ignore: bool
) -> None:
    from elbguard.check.manner import Manner  # noqa: PLC0415 - other verbs start without it
    from elbguard.fix import fix_command  # noqa: PLC0415
    from elbguard.report.formats import wants_colour  # noqa: PLC0415

    reading = Manner(git_ignore, namespace)
    colour = wants_colour(sys.stdout, os.environ)
    how: dict[str, Any] = {"write": not show, "defaults": defaults, "colour": colour, "reading": reading}
    try:
        sys.exit(fix_command.run(paths or (".",), projects, out=sys.stdout, err=sys.stderr, **how))
    except SettingsError as error:
        raise Failed(*error.mistakes) from None


@elbguard.command(
    help="""Explain a rule, an annotation, a symptom or an event; without one list all there are.

    \b
      elbguard explain ELB206
      elbguard explain bandwidth-out-of-range
      elbguard explain elb.autocreate
      elbguard explain elb.autocreate.bandwidth_size
      elbguard explain elbguard.io/ignore      how a finding is suppressed
      elbguard explain pending                 no address: what to look at
      elbguard explain unhealthy               backends in alarm
      elbguard explain ELB.8907                a code out of an event

    An event may be given as it stands, the whole line, with or without quotes.
    """,
)
@click.argument("words", nargs=-1, metavar="[RULE|ANNOTATION|SYMPTOM|EVENT...]", shell_complete=completing.subjects)
@click.option(
    "--format",
    "form",
    default="text",
    show_default=True,
    type=click.Choice(["text", "json", "markdown"]),
    help="How to print it.",
)
@in_a_language
def explain(words: tuple[str, ...], form: str, language: Language) -> None:
    from elbguard.explain import explain_command  # noqa: PLC0415 - other verbs start without it

    try:
        text = explain_command.explain(" ".join(words) if words else None, form, language)
        encoding = sys.stdout.encoding or "utf-8"
        click.echo(text.encode(encoding, "backslashreplace").decode(encoding), nl=False)
        for sentence in explain_command.here(" ".join(words)) if words else ():
            say(sentence)
    except explain_command.NotKnown as error:
        raise Failed(str(error)) from None


@elbguard.command(
    help="""Judge again what was asked before, and say where the verdict differs.

    The test of an upgrade before the upgrade: run the new version over what the old one recorded. FILE, or - for
    standard input, also compressed by gzip, has on each line an AdmissionReview with its response, as
    elbguard serve --record writes them, or an Event of an API server's audit log (audit.k8s.io/v1) with Services at
    level RequestResponse.

    \b
      elbguard serve --record /var/log/elbguard/asked.jsonl ...
      elbguard replay asked.jsonl
      elbguard replay asked.jsonl --cluster-version v1.31.1-r0
      elbguard replay audit.log --config elbguard.yaml --format json
      zcat audit-*.log.gz | elbguard replay -

    Named are requests that are newly refused, no longer refused, refused for other rules, and those into which
    something else is filled. A recording holds the settings and the facts of the cluster that the verdict was given
    by; flags stand above them, and a --config in place of the settings. An audit log holds neither: give those that
    were in force.

    What an audit log does not tell is not guessed but counted: what a Service was like before an update that the log
    begins with; what a patch would have made that was refused, where more than annotations was patched; what elbguard
    would have said where something else refused. That elbguard was asked at all is taken for granted.

    Exit code 0: no verdict differs; 1: some differ; 2: nothing was compared, such as in an empty file, or the file
    could not be read to its end; 130: interrupted.
    """,
)
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False, allow_dash=True), metavar="FILE|-")
@click.option(
    "--format",
    "form",
    default="text",
    show_default=True,
    type=click.Choice(["text", "json"]),
    help="How to print it.",
)
@judging
def replay(settings: Settings, file: Path, form: str) -> None:
    from elbguard.replay import replay_command as command  # noqa: PLC0415 - other verbs start without it

    given, config = click.get_current_context().meta[GIVEN]
    asked = command.Replayed(file, form, settings, given, whole=config is not None)
    sys.exit(command.replay(asked, sys.stdout, sys.stderr))


elbguard.add_command(init_verb.init)
elbguard.add_command(lsp_verb.lsp)
elbguard.add_command(cluster_verbs.audit)
elbguard.add_command(cluster_verbs.doctor)


@elbguard.group(
    help="""Print or write what is made from the rules, for other tools.

    A policy by which the API server refuses the plainest mistakes itself, and JSON Schemas by which an editor knows
    a Service's annotations, the JSON inside them, and the settings of a repository.
    """,
)
def generate() -> None:
    pass


@generate.command(
    help="""Print a ValidatingAdmissionPolicy with its binding.

    A backstop for the time when no replica answers: the rules that the API server can evaluate by itself, for
    Kubernetes 1.30 and later. It knows the flags and settings of the webhook: rules that are ignored or only warn are
    not in it, exempt users pass, and the mode says whether it denies, warns or audits.

    \b
      elbguard generate policy | kubectl apply -f -
      elbguard generate policy --cluster-version v1.31.1-r0 --ignore ELB110
      elbguard generate policy --config elbguard.yaml > policy.yaml
      elbguard generate policy --audit-only | kubectl apply -f -

    The API server asks it before the webhook, and shows its one sentence in place of all findings; with --audit-only
    people see what the webhook says. Its header says what it cannot see: the JSON inside annotations above all.
    """,
)
@option("--audit-only", "Refuse and warn nothing: what is wrong is noted in the audit log.", is_flag=True)
@judging
def policy(settings: Settings, audit_only: bool) -> None:
    from elbguard.policy import admission_policy as made  # noqa: PLC0415 - other verbs start without it

    try:
        click.echo(made.policy(settings, audit_only=audit_only), nl=False)
    except made.NothingToSay as error:
        raise Failed(str(error)) from None


@generate.command(
    help="""Write the JSON Schemas of a Service and of the JSON in its annotations to DIR.

    An editor that knows them explains annotations and members, proposes them, and marks what would be refused.
    service.schema.json (draft 7) is for manifests; one for each annotation that holds JSON, such as
    elb.autocreate.schema.json (draft 2020-12), for that JSON in a file of its own. Without a DIR they are written into
    the current folder. A file of the same name is written over.

    \b
      elbguard generate schemas .vscode/elb
      # yaml-language-server: $schema=.vscode/elb/service.schema.json   (first line of a manifest)
    """,
)
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False), metavar="[DIR]", default=".")
def schemas(folder: Path) -> None:
    from elbguard import schemas as made  # noqa: PLC0415 - other verbs start without it

    try:
        written = made.write(folder)
    except OSError as error:
        raise Failed(f"{error.filename}: cannot be written: {error.strerror}") from None
    click.echo("\n".join(escapes.line(str(file)) for file in written))


@generate.command(
    "settings-schema",
    help="""Print the JSON Schema of .elbguard.yaml and of the file that --config names.

    An editor that knows it completes names and rules, says what each setting is for, and marks what would be refused.

    \b
      elbguard generate settings-schema > .vscode/elbguard.schema.json
    """,
)
def settings_schema() -> None:
    from elbguard import schemas as made  # noqa: PLC0415 - other verbs start without it

    click.echo(made.of_settings(), nl=False)


def main() -> None:
    """Run the command. Exits 2 with one sentence when what was asked cannot be done."""
    try:
        elbguard(prog_name="elbguard")
    except SystemExit as end:
        if end.code == INTERRUPTED or _INTERRUPT.came:
            _end_at_once()
        raise
    except BrokenPipeError:  # nobody reads on: say nothing
        _end_without_output()
    except OSError as error:
        if error.errno not in _FULL:
            raise
        click.echo(f"Error: standard output: cannot be written: {error.strerror}", err=True)
        _end_without_output()


def _end_at_once() -> NoReturn:
    """End without waiting for anybody.

    A pool of processes cannot be ended in order: one that dies while it hands over a result leaves half of it in the
    pipe, and Python would wait at its exit for the rest.
    """
    if "multiprocessing" in sys.modules:
        from multiprocessing import active_children  # noqa: PLC0415 - only several processes need it

        for process in active_children():
            process.kill()
    os._exit(INTERRUPTED)


def _end_without_output() -> NoReturn:
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # Python flushes into nothing
    sys.exit(CANNOT)
