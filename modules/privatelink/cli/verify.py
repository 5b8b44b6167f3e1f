"""`privatelink verify`: test the applied path, hop by hop."""

import sys
from pathlib import Path
from typing import Annotated

import typer
from rich.text import Text

from privatelink.cli.exits import BAD_INPUT, INTERRUPTED
from privatelink.cli.tables import print_text, stderr, stdout
from privatelink.errors import UserError
from privatelink.escapes import console_lines, json_text
from privatelink.verify.consumer import REQUESTS
from privatelink.verify.report import as_json, exit_code, show
from privatelink.verify.verification import verify


def command(
    out: Annotated[Path, typer.Option(help="Folder of the generated Terraform.")] = Path("cdktf.out"),
    consumer: Annotated[
        list[str] | None,
        typer.Option(metavar="KEY", help="Key of a consumer to verify; repeatable. Default: all consumers."),
    ] = None,
    requests: Annotated[
        int, typer.Option(min=1, max=200, help="Minimum number of HTTP requests to each name.")
    ] = REQUESTS,
    as_json_: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> int:
    """Test the applied path, hop by hop, with the AWS API and from the consumers' test instances (probes).

    Exit codes: 0 the path works, 1 a check failed, 2 something could not be checked, 130 interrupted.
    """
    errors = stderr()
    try:
        # Shown only on a terminal. A new probe may take a minute to register with Systems Manager.
        with errors.status("querying AWS and the consumers' probes ..."):
            findings = verify(out, consumer or [], requests)
    except (UserError, OSError, ValueError) as error:
        errors.print(Text(f"could not check: {console_lines(str(error))}", "red"), soft_wrap=True)
        return BAD_INPUT
    except KeyboardInterrupt:
        print_text(errors, "interrupted; nothing was changed")
        return INTERRUPTED
    if as_json_:
        sys.stdout.write(json_text(as_json(findings)))
    else:
        console = stdout()
        for finding in findings:
            show(console, finding)
    return exit_code(findings)
