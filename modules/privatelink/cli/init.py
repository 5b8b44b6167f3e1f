"""`privatelink init`: write a first topology file."""

from collections.abc import Sequence
from typing import Annotated

import typer
from typer.models import OptionInfo

from privatelink.cli.arguments import DEFAULT, TopologyFile, topology_file
from privatelink.cli.exits import DONE, say
from privatelink.cli.files import write_files
from privatelink.cli.prompts import ask, at_a_terminal, confirmed
from privatelink.errors import UserError
from privatelink.start.questions import KINDS, QUESTIONS, Question, WrongAnswerError, check_answer
from privatelink.start.templates import written
from privatelink.topology.file import parse
from privatelink.topology.warnings import line_of

_KIND_HELP = "; ".join(f"{kind}: {text}" for kind, text in KINDS.items())


def _option(name: str, form: str, text: str) -> OptionInfo:
    option: OptionInfo = typer.Option(f"--{name}", metavar=form, help=text)
    return option


Texts = list[str] | None


def command(
    file: TopologyFile = None,
    kind: Annotated[str | None, typer.Option(metavar="KIND", help=f"What to write. {_KIND_HELP}.")] = None,
    name: Annotated[str | None, _option("name", "NAME", "Prefix of stack and resource names.")] = None,
    region: Annotated[str | None, _option("region", "REGION", "Region, such as ap-northeast-2.")] = None,
    zones: Annotated[
        Texts, _option("zones", "ZONE,ZONE", "Zones of the new VPC, as names or AZ IDs; repeatable.")
    ] = None,
    cidr: Annotated[str | None, _option("cidr", "CIDR", "CIDR of the new VPC.")] = None,
    consumer_cidr: Annotated[
        str | None, _option("consumer-cidr", "CIDR", "CIDR of the consumer's VPC, with --kind both.")
    ] = None,
    vpc_id: Annotated[str | None, _option("vpc-id", "vpc-…", "ID of an existing VPC.")] = None,
    subnet: Annotated[
        Texts, _option("subnet", "ZONE=subnet-…", "Subnet of that VPC, one for each zone; repeatable.")
    ] = None,
    instance: Annotated[
        Texts, _option("instance", "KEY=i-…", "Target instance, with a key of your choice; repeatable.")
    ] = None,
    address: Annotated[
        Texts, _option("address", "KEY=IP", "Target IP address, with a key of your choice; repeatable.")
    ] = None,
    security_group: Annotated[
        str | None,
        _option("security-group", "sg-…", "Security group of the targets; gets rules for the load balancer."),
    ] = None,
    port: Annotated[Texts, _option("port", "PORT", "TCP port of the service.")] = None,
    target_port: Annotated[
        str | None, _option("target-port", "PORT", "Port of the targets. Default: the port of the service.")
    ] = None,
    account: Annotated[
        Texts, _option("account", "ID", "AWS account that may connect, 12 digits; repeatable.")
    ] = None,
    service_name: Annotated[
        str | None, _option("service-name", "com.amazonaws.vpce.…", "Name of the service to connect to.")
    ] = None,
    endpoint: Annotated[
        Texts,
        _option("endpoint", "KEY=SERVICE", "Service to connect to, with a key of your choice; repeatable."),
    ] = None,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask; use the defaults.")] = False,
    force: Annotated[bool, typer.Option("--force", help="Overwrite FILE.")] = False,
) -> int:
    """Ask a few questions and write a topology file.

    On a terminal, it asks for all that the options do not give. The file passes `privatelink check`.

    Exit codes: 0 written, or you answered no; 2 an answer is wrong or missing, or FILE cannot be written; 130
    interrupted.
    """
    path = topology_file(file)
    asking = at_a_terminal() and not yes
    if path.exists() and not force:
        if not asking:
            raise UserError(f"{path} exists; name another file, or overwrite it with --force")
        if not confirmed(f"{path} exists; overwrite it?"):
            say("nothing was written")
            return DONE
    given = {
        "name": name, "region": region, "zones": zones, "cidr": cidr, "consumer-cidr": consumer_cidr,
        "vpc-id": vpc_id, "subnet": subnet, "instance": instance, "address": address,
        "security-group": security_group, "port": port, "target-port": target_port, "account": account,
        "service-name": service_name, "endpoint": endpoint,
    }  # fmt: skip
    values = {key: _values(value) for key, value in given.items() if value is not None}
    kind = _kind(kind, asking)
    text = written(kind, _answers(kind, values, asking))
    topology = parse(text, str(path))
    write_files({path: text})
    print(f"wrote {path}")
    for warning in topology.warnings:
        say(line_of(warning))
    named = "" if path == DEFAULT else f" {path}"
    print("next:")
    for task, what in (
        ("check", "check the file"),
        ("draw", "draw the topology"),
        ("synth", "generate the Terraform"),
    ):
        print(f"  {f'privatelink {task}{named}':{len(named) + 20}}{what}")
    return DONE


def _values(given: str | Sequence[str]) -> list[str]:
    texts = [given] if isinstance(given, str) else given
    return [value.strip() for text in texts for value in text.split(",") if value.strip()]


def _kind(given: str | None, asking: bool) -> str:
    if given is None and asking:
        for known, text in KINDS.items():
            say(f"  {known:12}{text}")
    while True:
        kind = given or (ask("kind of topology? [service] ") or "service" if asking else "")
        if kind in KINDS:
            return kind
        wrong = f'unknown kind: "{kind}"' if kind else "no --kind"
        message = f"{wrong}\n  allowed: {', '.join(KINDS)}\n  fix: name one of these"
        if given or not asking:
            raise UserError(message)
        say(message)


def _answers(kind: str, given: dict[str, list[str]], asking: bool) -> dict[str, list[str]]:
    """Return the answers to the questions of a kind: from options, from the user, or the defaults."""
    used = [question.name for question in QUESTIONS[kind]]
    for name in given.keys() - used:
        options = ", ".join(f"--{each}" for each in used)
        raise UserError(f"--{name} is not used by --kind {kind}; allowed: {options}")
    answers: dict[str, list[str]] = {}
    missing: list[str] = []
    for question in QUESTIONS[kind]:
        known = given | answers
        if not question.applies(known):
            if question.name in given:
                raise UserError(f"--{question.name} is used only {question.only}; remove it")
            continue
        default = question.default(known) if question.default else ""
        if question.name in given:
            answers[question.name] = given[question.name]
            _check(kind, question, answers)
        elif asking and question.asked:
            _ask(kind, question, answers, default)
        elif default:
            answers[question.name] = _values(default)
        elif not question.optional:
            missing.append(question.option)
    if missing:
        raise UserError("\n  ".join(["options are missing; add:", *missing]))
    return answers


def _check(kind: str, question: Question, answers: dict[str, list[str]]) -> None:
    try:
        check_answer(kind, question, answers)
    except WrongAnswerError as error:
        raise WrongAnswerError(f"--{question.name}: {error}") from error


def _ask(kind: str, question: Question, answers: dict[str, list[str]], default: str) -> None:
    """Ask until the answer is valid, and add it to the others."""
    hint = f" [{default}]" if default else ""
    while True:
        values = _values(ask(f"{question.text}{hint}: ") or default)
        if not values and not question.optional:
            say("an answer is required")
            continue
        try:
            check_answer(kind, question, answers | {question.name: values})
        except WrongAnswerError as error:
            say(str(error))
            continue
        answers[question.name] = values
        return
