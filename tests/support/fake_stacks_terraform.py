"""A stand-in for Terraform in the folder of a stack; `FakeStacks` starts it.

`fake.json` in the folder says what differs from success: for a command `seconds` and `fail`, a text;
`changes`, how many resources are made; `resource_seconds`, how long each takes; `fail_after` so many of them;
`plan_json`, a plan as JSON; `state`, a state file as JSON; `outputs`, their values; `deaf`, that interrupts
are only noted.
"""

import json
import os
import signal
import sys
import time
import zlib
from pathlib import Path


def log(what):
    with Path(os.environ["FAKE_LOG"]).open("a") as file:
        file.write(f"{what} {HERE.name} {os.getpid()}\n")


def say(kind, message="", **more):
    print(json.dumps({"@message": message, "type": kind, **more}), flush=True)


def fail(summary):
    say("diagnostic", summary, diagnostic={"severity": "error", "summary": summary})
    os._exit(1)


def interrupted(*_):
    log("interrupted")
    if not TOLD.get("deaf"):
        fail("execution halted")


def summarize(operation, add, destroy):
    changes = {"add": add, "change": 0, "remove": destroy, "operation": operation}
    say("change_summary", f"{operation}: {add} added, {destroy} destroyed", changes=changes)


def output():
    described = {
        name: {"value": value, "type": "string", "sensitive": name == "secret"}
        for name, value in STATE["outputs"].items()
    }
    print(json.dumps(described))


def plan(arguments):
    out = next(each.removeprefix("-out=") for each in arguments if each.startswith("-out="))
    if destroy := "-destroy" in arguments:
        add, gone = 0, STATE["made"]
        clean = not gone
    else:
        for remote in CONFIGURATION["data"]["terraform_remote_state"].values():
            if not (HERE / remote["config"]["path"]).exists():
                fail("Unable to find remote state")
        clean = STATE["digest"] == DIGEST
        add, gone = 0 if clean else TOLD.get("changes", 1), 0
    saved = {"serial": STATE["serial"], "destroy": destroy, "add": add, "gone": gone}
    Path(out).write_text(json.dumps(saved))
    summarize("plan", add, gone)
    return 0 if clean else 2


def apply(path):
    saved = json.loads(Path(path).read_text())
    if saved["serial"] != STATE["serial"]:
        fail("Saved plan is stale")
    for number in range(1, saved["add"] + 1):
        hook = {"resource": {"addr": f"aws_vpc.{number}"}, "action": "create", "elapsed_seconds": 1}
        say("apply_start", hook=hook)
        time.sleep(TOLD.get("resource_seconds", 0))
        say("apply_complete", hook=hook)
        if TOLD.get("fail_after") == number:
            fail("no more room")
    state = dict(NOTHING, serial=STATE["serial"] + 1)
    if not saved["destroy"]:
        outputs = TOLD.get("outputs") or {name: f"{HERE.name}-{name}" for name in CONFIGURATION["output"]}
        made = TOLD.get("changes", 1)
        resources = [{"mode": "managed", "instances": [{}] * made}]
        state |= {"outputs": outputs, "made": made, "digest": DIGEST, "resources": resources}
    STATE_FILE.write_text(json.dumps(state))
    summarize("apply", saved["add"], saved["gone"])


if sys.argv[1] == "version":
    print(json.dumps({"terraform_version": "1.9.0"}))
    sys.exit()
COMMAND = sys.argv[1]
HERE = Path.cwd()
TOLD = json.loads((HERE / "fake.json").read_text())
CONFIGURATION = json.loads((HERE / "cdk.tf.json").read_text())
DIGEST = zlib.crc32((HERE / "cdk.tf.json").read_bytes())
NOTHING = {"serial": 0, "outputs": {}, "made": 0, "digest": None, "resources": []}
STATE_FILE = HERE / CONFIGURATION["terraform"]["backend"]["local"]["path"]
STATE = json.loads(STATE_FILE.read_text()) if STATE_FILE.exists() else NOTHING

signal.signal(signal.SIGINT, interrupted)
log(f"{COMMAND}-begin")
time.sleep(TOLD.get(COMMAND, {}).get("seconds", 0))
if text := TOLD.get(COMMAND, {}).get("fail"):
    fail(text)
exit_code = 0
if COMMAND == "init":
    (HERE / ".terraform").mkdir(exist_ok=True)
    (HERE / ".terraform.lock.hcl").touch()
elif COMMAND == "output":
    output()
elif COMMAND == "plan":
    exit_code = plan(sys.argv[2:])
elif COMMAND == "show":
    nothing = {"format_version": "1.2", "resource_changes": [], "configuration": {"root_module": {}}}
    print(json.dumps(TOLD.get("plan_json") or nothing))
elif COMMAND == "state":
    print(json.dumps(TOLD.get("state") or {}))
elif COMMAND == "apply":
    apply(sys.argv[-1])
log(f"{COMMAND}-end")
sys.exit(exit_code)
