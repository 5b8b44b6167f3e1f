"""`python -m accept`: see who wants to connect to an endpoint service, and accept or reject them."""

import contextlib
import json
import os
import sys
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated, Any

import boto3
import typer
from botocore.config import Config
from botocore.exceptions import (
    BotoCoreError,
    ClientError,
    HTTPClientError,
    InvalidRegionError,
    NoCredentialsError,
    NoRegionError,
    PartialCredentialsError,
    ProfileNotFound,
)
from botocore.exceptions import ConnectionError as AWSConnectionError
from rich.console import Console
from rich.table import Table

from accept import connections
from accept.connections import (
    AVAILABLE,
    PENDING,
    REJECTED,
    STATES,
    BadInputError,
    Connection,
    ConnectionsError,
    StateNotReachedError,
)

if TYPE_CHECKING:
    from types_boto3_ec2 import EC2Client

DONE, REFUSED, USAGE, INTERRUPTED = 0, 1, 2, 130
TABLE_WIDTH = 80

_HELP = (
    "List the connections of an endpoint service of yours, and accept or reject chosen ones.\n\n"
    "Without SERVICE: list your endpoint services that have connections. "
    "The credentials are the service provider's.\n\n"
    "On a terminal, with connections pending and none chosen, it asks which to accept.\n\n"
    f"Exit codes: {DONE} done, nothing to do, or you said no; {REFUSED} AWS refused, cannot be reached, or a "
    f"state was not reached in time; {USAGE} usage or bad input; {INTERRUPTED} interrupted."
)

app = typer.Typer(add_completion=False, pretty_exceptions_enable=False)


@dataclass(frozen=True)
class Choice:
    """What will be done to which connections."""

    accept: list[Connection]
    reject: list[Connection]
    already: list[Connection]

    @property
    def wanted(self) -> dict[str, str]:
        """The state each endpoint shall come into."""
        return {found.endpoint_id: AVAILABLE for found in self.accept} | {
            found.endpoint_id: REJECTED for found in self.reject
        }


@app.command(help=_HELP)
def main(
    service: Annotated[
        str | None,
        typer.Argument(metavar="[SERVICE]", help="vpce-svc-… or com.amazonaws.vpce.<region>.vpce-svc-…"),
    ] = None,
    accept: Annotated[
        list[str] | None, typer.Option("--accept", metavar="vpce-…", help="accept this endpoint; repeatable")
    ] = None,
    accept_all_pending: Annotated[
        bool, typer.Option("--accept-all-pending", help="accept every pending endpoint not rejected here")
    ] = False,
    reject: Annotated[
        list[str] | None, typer.Option("--reject", metavar="vpce-…", help="reject this endpoint; repeatable")
    ] = None,
    state: Annotated[
        str | None, typer.Option(help=f"list only those in this state: {', '.join(STATES)}")
    ] = None,
    wait: Annotated[
        float, typer.Option(metavar="SECONDS", min=0, help="how long to wait for the states; 0: do not wait")
    ] = connections.DEFAULT_WAIT_SECONDS,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="do not ask to confirm")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="print JSON, and never ask")] = False,
    region: Annotated[str | None, typer.Option(help="default: the service name's, then AWS_REGION")] = None,
    profile: Annotated[str | None, typer.Option(help="profile of the AWS configuration")] = None,
) -> None:
    """Run the command line."""
    accept, reject = accept or [], reject or []
    chosen = bool(accept or reject or accept_all_pending)
    with _readable_errors():
        service_id, region = _check_arguments(service, accept, reject, chosen, state, region)
        ec2 = _client(region, profile)
        if service_id is None:
            _show_services(ec2, as_json)
            return
        found = connections.find_service(ec2, service_id)
        present = connections.list_connections(ec2, service_id)
        if not chosen:
            _show([item for item in present if state in (None, item.state)], as_json, found, state)
            pending = [item for item in present if item.state == PENDING]
            if not pending or state or as_json or not at_a_terminal():
                return
            accept = _ask_which(pending)
            if not accept:
                return
        connections.check_among(present, [*accept, *reject], service_id)
        choice = _choose(present, accept, reject, accept_all_pending)
        for item in choice.already:
            _say(f"{item.endpoint_id} of account {item.owner} is already {item.state}")
        if not choice.wanted:
            _say("nothing to do")
            if as_json:
                _show(present, as_json, found)
            return
        if not yes:
            _confirm(found, choice, as_json)
        done = _carry_out(ec2, found, choice, wait)
        _show(connections.list_connections(ec2, service_id), as_json, found)
    if not done:
        raise typer.Exit(REFUSED)


def at_a_terminal() -> bool:
    """Return whether a question can be asked and answered."""
    return sys.stdin.isatty() and sys.stderr.isatty()


def _check_arguments(
    service: str | None,
    accept: list[str],
    reject: list[str],
    chosen: bool,
    state: str | None,
    region: str | None,
) -> tuple[str | None, str | None]:
    for endpoint_id in (*accept, *reject):
        connections.check_endpoint_id(endpoint_id)
    both = sorted({*accept} & {*reject})
    if both:
        raise BadInputError(f"both --accept and --reject name {', '.join(both)}; choose one")
    if state is not None and state not in STATES:
        raise BadInputError(f'no such state: "{state}"; allowed: {", ".join(STATES)}')
    if state is not None and chosen:
        raise BadInputError("--state is for listing; leave it out with --accept or --reject")
    if service is None:
        if chosen or state:
            raise BadInputError("name the SERVICE too; without one, only services are listed")
        return None, region
    service_id, name_region = connections.parse_service(service)
    if region and name_region and region != name_region:
        raise BadInputError(f"the service is in {name_region}, --region is {region}; leave out --region")
    return service_id, name_region or region


def _client(region: str | None, profile: str | None) -> "EC2Client":
    # boto3 itself reads only AWS_DEFAULT_REGION; Terraform and the other SDKs read AWS_REGION.
    session = boto3.Session(region_name=region or os.environ.get("AWS_REGION") or None, profile_name=profile)
    # https://docs.aws.amazon.com/sdkref/latest/guide/feature-retry-behavior.html
    config = Config(retries={"mode": "standard"}, connect_timeout=10, read_timeout=30)
    try:
        return session.client("ec2", config=config)
    except InvalidRegionError:
        raise
    except ValueError as error:
        # botocore's way to refuse a malformed AWS_ENDPOINT_URL.
        raise BadInputError(f"{_lower(error)}; is AWS_ENDPOINT_URL right?") from error


def _choose(
    present: list[Connection], accept: list[str], reject: list[str], accept_all_pending: bool
) -> Choice:
    choice = Choice([], [], [])
    for item in present:
        if item.endpoint_id in reject:
            (choice.already if item.state == REJECTED else choice.reject).append(item)
        elif item.endpoint_id in accept:
            (choice.already if item.state == AVAILABLE else choice.accept).append(item)
        elif accept_all_pending and item.state == PENDING:
            choice.accept.append(item)
    return choice


def _ask_which(pending: list[Connection]) -> list[str]:
    for number, item in enumerate(pending, start=1):
        _say(f"  {number}  {item.endpoint_id}  account {item.owner}")
    while True:
        answer = _ask("accept which? numbers with commas, `all`, or nothing to leave: ").lower()
        if not answer:
            return []
        if answer == "all":
            return [item.endpoint_id for item in pending]
        words = answer.replace(",", " ").split()
        if words and all(word.isdecimal() and 1 <= int(word) <= len(pending) for word in words):
            return [pending[int(word) - 1].endpoint_id for word in words]
        _say(f'not understood: "{answer}"; allowed: numbers from 1 to {len(pending)}, or `all`')


def _confirm(service: connections.Service, choice: Choice, as_json: bool) -> None:
    _say(f"on {service.name or service.id}:")
    for item in choice.accept:
        _say(f"  accept {item.endpoint_id} of account {item.owner}, now {item.state}")
    for item in choice.reject:
        cut = ": this cuts the consumer off" if item.state == AVAILABLE else ""
        _say(f"  reject {item.endpoint_id} of account {item.owner}, now {item.state}{cut}")
    if as_json or not at_a_terminal():
        raise BadInputError("nobody to ask: confirm with --yes")
    if _ask("go on? [y/N] ").lower() not in ("y", "yes"):
        _say("nothing was changed")
        raise typer.Exit(DONE)


def _carry_out(ec2: "EC2Client", service: connections.Service, choice: Choice, seconds: float) -> bool:
    """Accept, reject and wait; return whether all of it came about."""
    # `pending` is accepted and on its way: there is only to wait.
    to_accept = [item.endpoint_id for item in choice.accept if item.state != "pending"]
    to_reject = [item.endpoint_id for item in choice.reject]
    refusals = connections.accept(ec2, service.id, to_accept) if to_accept else []
    refusals += connections.reject(ec2, service.id, to_reject) if to_reject else []
    for refusal in refusals:
        _say(f"error: AWS refused {refusal}")
    refused = {refusal.endpoint_id for refusal in refusals}
    wanted = {
        endpoint_id: state for endpoint_id, state in choice.wanted.items() if endpoint_id not in refused
    }
    if wanted and seconds > 0:
        try:
            _wait(ec2, service.id, wanted, seconds)
        except StateNotReachedError as error:
            _say(f"error: {error}")
            return False
    return not refusals


def _wait(ec2: "EC2Client", service_id: str, wanted: dict[str, str], seconds: float) -> None:
    console = _stderr()
    # On anything but a terminal rich's status shows nothing, which leaves the plain lines.
    with console.status(f"waiting for {', '.join(sorted(set(wanted.values())))}"):
        connections.wait(
            ec2,
            service_id,
            wanted,
            seconds,
            on_change=lambda endpoint_id, state: _print(console, f"{endpoint_id} is {state}"),
        )


def _show_services(ec2: "EC2Client", as_json: bool) -> None:
    services = connections.list_services(ec2)
    by_service: dict[str, list[Connection]] = {service.id: [] for service in services}
    for item in connections.list_connections(ec2):
        by_service.setdefault(item.service_id, []).append(item)
    used = [service for service in services if by_service[service.id]]
    if as_json:
        _print_json(
            [
                asdict(service) | {"connections": [_as_json(item) for item in by_service[service.id]]}
                for service in used
            ]
        )
        return
    if not used:
        _print(
            _stdout(),
            f"none of your {len(services)} endpoint services in {ec2.meta.region_name} has connections",
        )
        return
    table = _table("service", "acceptance", PENDING, AVAILABLE, "other")
    for service in used:
        states = [item.state for item in by_service[service.id]]
        pending, available = states.count(PENDING), states.count(AVAILABLE)
        acceptance = "required" if service.acceptance_required else "not required"
        table.add_row(
            service.id, acceptance, str(pending), str(available), str(len(states) - pending - available)
        )
    _stdout().print(table)


def _show(
    items: list[Connection], as_json: bool, service: connections.Service, state: str | None = None
) -> None:
    if as_json:
        _print_json([_as_json(item) for item in items])
        return
    if not items:
        in_state = f" in state {state}" if state else ""
        _print(_stdout(), f"{service.name or service.id} has no connections{in_state}")
        return
    table = _table("endpoint", "owner", "state", "since (UTC)", "age")
    for item in items:
        since = f"{item.since.astimezone(UTC):%Y-%m-%d %H:%M}"
        table.add_row(item.endpoint_id, item.owner, item.state, since, age(item.since))
    _stdout().print(table)


def age(since: datetime, now: datetime | None = None) -> str:
    """Return how long ago something was, in its largest unit."""
    seconds = max(0, int(((now or datetime.now(UTC)) - since).total_seconds()))
    for unit, size in (("d", 86400), ("h", 3600), ("min", 60)):
        if seconds >= size:
            return f"{seconds // size} {unit}"
    return f"{seconds} s"


def _as_json(item: Connection) -> dict[str, Any]:
    return asdict(item) | {"since": item.since.astimezone(UTC).isoformat()}


def _print_json(value: object) -> None:
    print(json.dumps(value, indent=2))


def _table(*headers: str) -> Table:
    table = Table(box=None, pad_edge=False, padding=(0, 1, 0, 0), header_style="bold")
    for header in headers:
        table.add_column(header, no_wrap=True)
    return table


def _stdout() -> Console:
    console = Console()
    # A narrower terminal breaks the line; rich would cut the id short, and it could not be copied.
    console.width = max(console.width, TABLE_WIDTH)
    return console


def _stderr() -> Console:
    return Console(stderr=True)


def _say(text: str) -> None:
    _print(_stderr(), text)


def _print(console: Console, text: str) -> None:
    console.print(text, markup=False, highlight=False, soft_wrap=True)


def _ask(question: str) -> str:
    # Not input()'s own prompt: it would go to standard output, among what may be piped.
    print(question, end="", file=sys.stderr, flush=True)
    line = sys.stdin.readline()
    if not line:
        raise KeyboardInterrupt
    return line.strip()


@contextlib.contextmanager
def _readable_errors() -> Iterator[None]:
    """Turn every foreseeable failure into one line and an exit code."""
    try:
        yield
    except BadInputError as error:
        _fail(str(error), USAGE)
    except ConnectionsError as error:
        _fail(str(error), REFUSED)
    except KeyboardInterrupt:
        _fail("interrupted; what was sent to AWS before stays done", INTERRUPTED)
    except NoRegionError:
        _fail("no region: name it with --region, AWS_REGION or by the service's full name", USAGE)
    except (ProfileNotFound, InvalidRegionError) as error:
        _fail(_lower(error), USAGE)
    except (NoCredentialsError, PartialCredentialsError) as error:
        _fail(f"{_lower(error)}; log in, or set AWS_PROFILE or AWS_ACCESS_KEY_ID and the like", REFUSED)
    except (AWSConnectionError, HTTPClientError) as error:
        _fail(f"{_lower(error)}; check the network, the region and AWS_ENDPOINT_URL", REFUSED)
    except ClientError as error:
        code, message = error.response["Error"]["Code"], error.response["Error"].get("Message", "")
        needed = f"; needed is ec2:{error.operation_name}" if code in _DENIED else ""
        _fail(f"AWS refused {error.operation_name}: {code}: {message}{needed}", REFUSED)
    except BotoCoreError as error:
        _fail(_lower(error), REFUSED)


_DENIED = ("UnauthorizedOperation", "AccessDenied", "AccessDeniedException")


def _fail(text: str, code: int) -> None:
    _say(f"error: {text}")
    raise typer.Exit(code)


def _lower(error: Exception) -> str:
    text = str(error).rstrip(".")
    return text[:1].lower() + text[1:]


if __name__ == "__main__":
    app(prog_name="python -m accept")
