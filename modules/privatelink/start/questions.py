"""What has to be known for a first topology file, and whether an answer is right.

An answer is checked by the file that it makes: with it, those before it, and samples for those that are still
to come. So every rule of a topology holds for it, in the topology's own words.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from privatelink.errors import UserError
from privatelink.start.templates import Answers, written
from privatelink.topology.file import TopologyError, parse
from privatelink.topology.types.service_names import region_of
from privatelink.topology.types.zones import is_region

KINDS = {
    "service": "an endpoint service in front of targets that exist",
    "consumer": "an interface endpoint to a service whose name you know",
    "both": "a service and a consumer, all of it made",
    "walkthrough": "a web service in two zones, on the internet and for a consumer: this project's example",
}


class WrongAnswerError(UserError):
    """An answer breaks a rule of topologies."""


def _always(_answers: Answers) -> bool:
    return True


@dataclass(frozen=True)
class Question:
    """A value to ask for.

    Arguments:
        name: the option's name, without the hyphens before it.
        form: what its value looks like.
        text: the question on a terminal.
        default: the value where none is given; none: it has to be given.
        optional: whether it may stay without a value.
        asked: whether a terminal asks; an option sets it in any case.
        many: whether it has several values.
        applies: whether it is of use, given the answers so far.
        only: when it is of use, in words.
        instead: the options that make it needless.
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
        """The option with its value, as help texts have it, and what may be given instead."""
        return f"--{self.name} {self.form}{f' (or {self.instead})' if self.instead else ''}"


def _fixed(value: str) -> Callable[[Answers], str]:
    return lambda _answers: value


def _two_zones(answers: Answers) -> str:
    region = answers["region"][0]
    return f"{region}a,{region}c"


def _existing(answers: Answers) -> bool:
    return bool(answers.get("vpc-id"))


def _new(answers: Answers) -> bool:
    return not _existing(answers)


_NAME = Question("name", "NAME", "name of the topology, which stacks and resources start with")
_REGION = Question("region", "REGION", "region, such as ap-northeast-2")
_ZONES = Question(
    "zones",
    "ZONE,ZONE",
    "Availability Zones, by name or AZ ID, with commas; two are advised",
    many=True,
)
_SUBNET = Question(
    "subnet", "ZONE=subnet-…", "its subnets, one in each zone, as ZONE=subnet-…, with commas", many=True
)
_PORT = Question("port", "PORT", "TCP port of the service", default=_fixed("80"))
_PROVIDER_CIDR = Question("cidr", "CIDR", "CIDR of the provider's VPC", default=_fixed("10.10.0.0/16"))

QUESTIONS: Mapping[str, Sequence[Question]] = {
    "service": (
        _NAME,
        _REGION,
        Question("vpc-id", "vpc-…", "VPC of the targets"),
        _SUBNET,
        Question(
            "instance",
            "KEY=i-…",
            "instances, as KEY=i-…, with commas (empty: the targets are addresses)",
            many=True,
            optional=True,
            applies=lambda answers: "instance" in answers or not answers.get("address"),
        ),
        Question(
            "address",
            "KEY=IP",
            "addresses, as KEY=IP, with commas",
            many=True,
            applies=lambda answers: "address" in answers or not answers.get("instance"),
            instead="--instance KEY=i-…",
        ),
        Question(
            "security-group",
            "sg-…",
            "security group of the targets, to admit the load balancer (empty: you admit it)",
            optional=True,
        ),
        _PORT,
        Question("target-port", "PORT", "port of the targets (empty: the same)", optional=True),
        Question(
            "account",
            "ID",
            "accounts that may connect besides your own, 12 digits each, with commas (empty: none)",
            many=True,
            optional=True,
        ),
    ),
    "consumer": (
        _NAME,
        Question("service-name", "com.amazonaws.vpce.…", "name of the service, from its provider"),
        Question(
            "region", "REGION", "region of the consumer (empty: the service's)", optional=True, asked=False
        ),
        Question("vpc-id", "vpc-…", "existing VPC for the endpoint (empty: make one)", optional=True),
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
        Question("port", "PORT", "TCP ports of the service, with commas", many=True),
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
    """Check the newest answer, that to `question`; the others in `answers` are right.

    Raises `WrongAnswerError` for an answer that no topology can have.
    """
    values = answers[question.name]
    if "=" in question.form:
        for value in values:
            if not all(value.partition("=")):
                raise _wrong("malformed pair", f'"{value}"', question.form, f"write it like {question.form}")
        keys = [value.partition("=")[0] for value in values]
        for key in keys:
            if keys.count(key) > 1:
                raise _wrong("key given twice", f'"{key}"', "each once", "rename one of the two")
    if not question.many and len(values) > 1:
        raise _wrong(f"{len(values)} values", "", "one", "give one of them")
    try:
        parse(written(kind, _samples(kind, answers) | {**answers}))
    except TopologyError as error:
        problem = error.problems[0]
        raise _wrong(problem.what, problem.given, problem.allowed, problem.fix) from error


def _wrong(what: str, given: str, allowed: str, fix: str) -> WrongAnswerError:
    named = f": {given}" if given else ""
    return WrongAnswerError(f"{what}{named}\n  allowed: {allowed}\n  fix: {fix}")


def _samples(kind: str, answers: Answers) -> dict[str, Sequence[str]]:
    """Return an answer to each question that goes with the answers so far."""
    named = answers.get("region") or [region_of((answers.get("service-name") or [""])[0]) or ""]
    region = named[0] if is_region(named[0]) else "us-east-1"
    samples: dict[str, Sequence[str]] = {
        "name": ["sample"],
        "region": [region],
        "service-name": ["com.amazonaws.vpce.us-east-1.vpce-svc-00000000000000000"],
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
    if kind == "consumer":
        del samples["region"]
        if "vpc-id" not in answers:
            del samples["vpc-id"]
    return samples
