"""`privatelink connections`: list, accept and reject the endpoint connections of an endpoint service."""

import json
from dataclasses import asdict
from datetime import UTC
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console

from privatelink.api import clients
from privatelink.api.errors import readable_errors
from privatelink.cli.exits import DONE, FINDING, INTERRUPTED
from privatelink.cli.prompts import ask, at_a_terminal, confirmed
from privatelink.cli.tables import age, print_table, print_text, stderr, table
from privatelink.connections import endpoint_connections as connections
from privatelink.connections.choice import Choice, check_request, choose
from privatelink.connections.endpoint_connections import (
    BadInputError,
    Connection,
    StateNotReachedError,
)
from privatelink.facts import AVAILABLE, CONNECTION_STATES, PENDING_ACCEPTANCE

if TYPE_CHECKING:
    from types_boto3_ec2 import EC2Client


def command(
    service: Annotated[
        str | None,
        typer.Argument(
            metavar="[SERVICE]",
            help="Service, by ID (vpce-svc-…) or name (com.amazonaws.vpce.<region>.vpce-svc-…).",
        ),
    ] = None,
    accept: Annotated[
        list[str] | None, typer.Option("--accept", metavar="vpce-…", help="Accept this endpoint; repeatable.")
    ] = None,
    accept_all_pending: Annotated[
        bool,
        typer.Option("--accept-all-pending", help="Accept all pending endpoints, except those of --reject."),
    ] = False,
    reject: Annotated[
        list[str] | None, typer.Option("--reject", metavar="vpce-…", help="Reject this endpoint; repeatable.")
    ] = None,
    state: Annotated[
        str | None, typer.Option(help=f"List only connections in this state: {', '.join(CONNECTION_STATES)}.")
    ] = None,
    wait: Annotated[
        float,
        typer.Option(metavar="SECONDS", min=0, help="How long to wait for the new states; 0: do not wait."),
    ] = connections.DEFAULT_WAIT_SECONDS,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask for approval.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON; never ask.")] = False,
    region: Annotated[
        str | None, typer.Option(help="Region. Default: the one in the service name, or else AWS_REGION.")
    ] = None,
    profile: Annotated[str | None, typer.Option(help="Profile of the AWS configuration.")] = None,
) -> int:
    """List, accept and reject the endpoint connections of a service.

    Without SERVICE, it lists your endpoint services that have connections. Use the credentials of the service
    provider. On a terminal, if connections are pending and you chose none, it asks which ones to accept.

    Exit codes: 0 done, nothing to do, or you answered no; 1 AWS refused, or a connection did not reach its
    state in time; 2 bad input, or AWS cannot be reached; 130 interrupted.
    """
    accept, reject = accept or [], reject or []
    chosen = bool(accept or reject or accept_all_pending)
    service_id, region = check_request(service, accept, reject, chosen=chosen, state=state, region=region)
    ec2 = clients.ec2(region, profile)
    try:
        with readable_errors(service="ec2"):
            if service_id is None:
                _show_services(ec2, as_json)
                return DONE
            found = connections.find_service(ec2, service_id)
            present = connections.list_connections(ec2, service_id)
            if not chosen:
                _show([item for item in present if state in (None, item.state)], as_json, found, state)
                pending = [item for item in present if item.state == PENDING_ACCEPTANCE]
                if not pending or state or as_json or not at_a_terminal():
                    return DONE
                accept = _ask_which(pending)
                if not accept:
                    return DONE
            connections.check_among(present, [*accept, *reject], service_id)
            choice = choose(present, accept, reject, accept_all_pending=accept_all_pending)
            for item in choice.already:
                _say(f"{item.endpoint_id} of account {item.owner} is already {item.state}")
            if not choice.wanted:
                _say("nothing to do")
                if as_json:
                    _show(present, as_json, found)
                return DONE
            if not yes and not _confirmed(found, choice, as_json):
                _say("nothing was changed")
                return DONE
            done = _carry_out(ec2, found, choice, wait)
            _show(connections.list_connections(ec2, service_id), as_json, found)
    except KeyboardInterrupt:
        _say("interrupted; requests that were already sent to AWS remain in effect")
        return INTERRUPTED
    return DONE if done else FINDING


def _ask_which(pending: list[Connection]) -> list[str]:
    for number, item in enumerate(pending, start=1):
        _say(f"  {number}  {item.endpoint_id}  account {item.owner}")
    while True:
        answer = ask("accept which? (numbers separated by commas, `all`, or Enter for none) ").lower()
        if not answer:
            return []
        if answer == "all":
            return [item.endpoint_id for item in pending]
        words = answer.replace(",", " ").split()
        if words and all(word.isdecimal() and 1 <= int(word) <= len(pending) for word in words):
            return [pending[int(word) - 1].endpoint_id for word in words]
        _say(f'invalid answer: "{answer}"; allowed: numbers from 1 to {len(pending)}, or `all`')


def _confirmed(service: connections.Service, choice: Choice, as_json: bool) -> bool:
    _say(f"on {service.name or service.id}:")
    for item in choice.accept:
        _say(f"  accept {item.endpoint_id} of account {item.owner}, now {item.state}")
    for item in choice.reject:
        cut = "; the consumer loses access" if item.state == AVAILABLE else ""
        _say(f"  reject {item.endpoint_id} of account {item.owner}, now {item.state}{cut}")
    if as_json or not at_a_terminal():
        raise BadInputError("cannot ask for approval without a terminal or with --json; add --yes")
    return confirmed("continue?")


def _carry_out(ec2: "EC2Client", service: connections.Service, choice: Choice, seconds: float) -> bool:
    """Accept, reject and wait; return whether all connections reached their state."""
    # `pending` means accepted, and soon available: only wait.
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
    console = stderr()
    # Without a terminal, rich's status shows nothing, and only the lines below are printed.
    with console.status(f"waiting for {', '.join(sorted(set(wanted.values())))}"):
        connections.wait(
            ec2,
            service_id,
            wanted,
            seconds,
            on_change=lambda endpoint_id, state: print_text(console, f"{endpoint_id} is {state}"),
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
        print_text(
            Console(),
            f"none of your {len(services)} endpoint services in {ec2.meta.region_name} has connections",
        )
        return
    listed = table("service", "acceptance", PENDING_ACCEPTANCE, AVAILABLE, "other")
    for service in used:
        states = [item.state for item in by_service[service.id]]
        pending, available = states.count(PENDING_ACCEPTANCE), states.count(AVAILABLE)
        acceptance = "required" if service.acceptance_required else "not required"
        listed.add_row(
            service.id, acceptance, str(pending), str(available), str(len(states) - pending - available)
        )
    print_table(listed)


def _show(
    items: list[Connection], as_json: bool, service: connections.Service, state: str | None = None
) -> None:
    if as_json:
        _print_json([_as_json(item) for item in items])
        return
    if not items:
        in_state = f" in state {state}" if state else ""
        print_text(Console(), f"{service.name or service.id} has no connections{in_state}")
        return
    listed = table("endpoint", "owner", "state", "since (UTC)", "age")
    for item in items:
        since = f"{item.since.astimezone(UTC):%Y-%m-%d %H:%M}"
        listed.add_row(item.endpoint_id, item.owner, item.state, since, age(item.since))
    print_table(listed)


def _as_json(item: Connection) -> dict[str, object]:
    return asdict(item) | {"since": item.since.astimezone(UTC).isoformat()}


def _print_json(value: object) -> None:
    print(json.dumps(value, indent=2))


def _say(text: str) -> None:
    print_text(stderr(), text)
