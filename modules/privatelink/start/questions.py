"""The questions for a first topology file, and the check of the answers.

To check an answer, a file is written with it, the earlier answers, and samples for the later ones. So all
rules of topology files apply to the answer, with the same messages.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from privatelink.errors import UserError
from privatelink.start.templates import Answers, written
from privatelink.topology.file import TopologyError, parse
from privatelink.topology.types.regions import is_region
from privatelink.topology.types.service_domains import is_custom_service, region_of

KINDS = {
    "service": "an endpoint service in front of existing targets",
    "consumer": "an interface endpoint to an existing service",
    "endpoints": "several interface endpoints in one VPC, to services of AWS or of others",
    "both": "a new service and a new consumer",
    "walkthrough": "this project's example: a web service in two zones, on the internet and for a consumer",
}


class WrongAnswerError(UserError):
    """An answer breaks a rule of topologies."""


def _always(_answers: Answers) -> bool:
    return True


@dataclass(frozen=True)
class Question:
    """A value to ask for.

    Arguments:
        name: the name of the option, without its hyphens.
        form: the form of the value, for help texts.
        text: the question on a terminal.
        default: returns the default; None: there is no default.
        optional: whether the value may be empty.
        asked: whether the question is asked on a terminal; the option always exists.
        many: whether several values are allowed.
        applies: whether the question applies, given the answers so far.
        only: the condition of `applies`, as text.
        instead: options that replace this one.
    """

    name: str
    form: str
    text: str
    default: Callable[[Answers], str] | None = None
    optional: bool = False
    asked: bool = True
    many: bool = False
    applies: Callable[[Answers], bool] = _always
    only: str = ""
    instead: str = ""

    @property
    def option(self) -> str:
        """The option with the form of its value, and the options that replace it."""
        return f"--{self.name} {self.form}{f' (or {self.instead})' if self.instead else ''}"


def _fixed(value: str) -> Callable[[Answers], str]:
    return lambda _answers: value


def _two_zones(answers: Answers) -> str:
    region = answers["region"][0]
    return f"{region}a,{region}c"


def _existing(answers: Answers) -> bool:
    return bool(answers.get("vpc-id"))


def _other_owners(answers: Answers) -> bool:
    return any(is_custom_service(each) for each in answers.get("endpoint", ()))


def _new(answers: Answers) -> bool:
    return not _existing(answers)


_NAME = Question("name", "NAME", "name of the topology (prefix of stack and resource names)")
_REGION = Question("region", "REGION", "Region, such as ap-northeast-2")
_ZONES = Question(
    "zones",
    "ZONE,ZONE",
    "Availability Zones, as names or AZ IDs separated by commas (two are recommended)",
    many=True,
)
_SUBNET = Question(
    "subnet",
    "ZONE=subnet-…",
    "its subnets, one for each zone, as ZONE=subnet-…, separated by commas",
    many=True,
)
_PORT = Question("port", "PORT", "TCP port of the service", default=_fixed("80"))
_IN_A_VPC = (
    Question("vpc-id", "vpc-…", "VPC ID of the endpoint (empty: create a VPC)", optional=True),
    Question("subnet", _SUBNET.form, _SUBNET.text, many=True, applies=_existing, only="with --vpc-id"),
    Question(
        "cidr",
        "CIDR",
        "CIDR of the VPC",
        default=_fixed("10.20.0.0/16"),
        applies=_new,
        only="without --vpc-id",
    ),
    Question(
        "zones",
        _ZONES.form,
        _ZONES.text,
        many=True,
        applies=_new,
        only="without --vpc-id",
        instead="--vpc-id and --subnet",
    ),
)
_PROVIDER_CIDR = Question("cidr", "CIDR", "CIDR of the provider's VPC", default=_fixed("10.10.0.0/16"))

QUESTIONS: Mapping[str, Sequence[Question]] = {
    "service": (
        _NAME,
        _REGION,
        Question("vpc-id", "vpc-…", "VPC ID of the targets"),
        _SUBNET,
        Question(
            "instance",
            "KEY=i-…",
            "target instances, as KEY=i-…, separated by commas (empty: the targets are IP addresses)",
            many=True,
            optional=True,
            applies=lambda answers: "instance" in answers or not answers.get("address"),
        ),
        Question(
            "address",
            "KEY=IP",
            "target IP addresses, as KEY=IP, separated by commas",
            many=True,
            applies=lambda answers: "address" in answers or not answers.get("instance"),
            instead="--instance KEY=i-…",
        ),
        Question(
            "security-group",
            "sg-…",
            "security group of the targets, to add rules for the load balancer (empty: you add them)",
            optional=True,
        ),
        _PORT,
        Question("target-port", "PORT", "port of the targets (empty: the same)", optional=True),
        Question(
            "account",
            "ID",
            "other AWS accounts that may connect, 12 digits each, separated by commas (empty: none)",
            many=True,
            optional=True,
        ),
    ),
    "consumer": (
        _NAME,
        Question("service-name", "com.amazonaws.vpce.…", "service name, from the service provider"),
        Question(
            "region", "REGION", "Region of the consumer (empty: the service's)", optional=True, asked=False
        ),
        *_IN_A_VPC,
        Question("port", "PORT", "TCP ports of the service, separated by commas", many=True),
    ),
    "endpoints": (
        _NAME,
        Question(
            "endpoint",
            "KEY=SERVICE",
            "services, as KEY=SERVICE-NAME, such as ssm=com.amazonaws.us-east-1.ssm, separated by commas",
            many=True,
        ),
        Question("region", "REGION", "Region of the VPC (empty: the services')", optional=True, asked=False),
        *_IN_A_VPC,
        Question(
            "port",
            "PORT",
            "TCP ports of the services of other owners, separated by commas",
            many=True,
            applies=_other_owners,
            only="with an --endpoint to a service of another owner (vpce-svc-…)",
        ),
    ),
    "both": (
        _NAME,
        _REGION,
        _ZONES,
        _PROVIDER_CIDR,
        Question("consumer-cidr", "CIDR", "CIDR of the consumer's VPC", default=_fixed("10.20.0.0/16")),
        _PORT,
    ),
    "walkthrough": (
        Question("name", "NAME", _NAME.text, default=_fixed("zigispace"), asked=False),
        Question("region", "REGION", _REGION.text, default=_fixed("ap-northeast-2"), asked=False),
        Question("zones", _ZONES.form, _ZONES.text, default=_two_zones, many=True, asked=False),
    ),
}


def check_answer(kind: str, question: Question, answers: Answers) -> None:
    """Check the answer to a question.

    Arguments:
        kind: the kind of topology.
        question: the question that was answered last.
        answers: the answers so far; all others are already checked.

    Raises:
        WrongAnswerError: the answer breaks a rule of topology files.
    """
    values = answers[question.name]
    if "=" in question.form:
        for value in values:
            if not all(value.partition("=")):
                raise _wrong("malformed pair", f'"{value}"', question.form, f"write it like {question.form}")
        keys = [value.partition("=")[0] for value in values]
        for key in keys:
            if keys.count(key) > 1:
                raise _wrong("key is given twice", f'"{key}"', "each key once", "rename one of the two")
    if not question.many and len(values) > 1:
        raise _wrong("too many values", f"{len(values)}", "one value", "remove the others")
    try:
        parse(written(kind, _samples(kind, answers) | {**answers}))
    except TopologyError as error:
        problem = error.problems[0]
        raise _wrong(problem.what, problem.given, problem.allowed, problem.fix, problem.rule) from error


def _wrong(what: str, given: str, allowed: str, fix: str, rule: str = "") -> WrongAnswerError:
    named = f": {given}" if given else ""
    explained = f" [{rule}]" if rule else ""
    return WrongAnswerError(f"{what}{named}{explained}\n  allowed: {allowed}\n  fix: {fix}")


def _samples(kind: str, answers: Answers) -> dict[str, Sequence[str]]:
    """Return a sample answer to each question, consistent with the answers so far."""
    endpoints = (each.partition("=")[2] for each in answers.get("endpoint", ()))
    services = [*answers.get("service-name", ()), *endpoints, ""]
    named = answers.get("region") or [region_of(services[0]) or ""]
    region = named[0] if is_region(named[0]) else "us-east-1"
    samples: dict[str, Sequence[str]] = {
        "name": ["sample"],
        "region": [region],
        "service-name": ["com.amazonaws.vpce.us-east-1.vpce-svc-00000000000000000"],
        "endpoint": [f"sample=com.amazonaws.{region}.ssm"],
        "zones": [f"{region}a", f"{region}b"],
        "subnet": [f"{region}a=subnet-00000000000000000"],
        "vpc-id": ["vpc-00000000000000000"],
        "instance": ["sample=i-00000000000000000"],
        "cidr": ["10.10.0.0/16"],
        "consumer-cidr": ["10.20.0.0/16"],
        "port": ["80"],
    }
    if "instance" in answers or "address" in answers:
        del samples["instance"]
    if "instance" in answers and not answers["instance"]:
        samples["address"] = ["sample=10.0.0.1"]
    if kind in ("consumer", "endpoints"):
        del samples["region"]
        if "vpc-id" not in answers:
            del samples["vpc-id"]
    return samples
