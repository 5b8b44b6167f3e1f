"""Saved plans are found whatever their names."""

import json
import zipfile

from privatelink.stacks.saved_plans import saved_plans
from tests.support.output_folders import JSON_PLAN, SAVED_PLAN


def test_plans_are_found_by_content(tmp_path):
    (tmp_path / "today").write_bytes(SAVED_PLAN)
    (tmp_path / "plan.json").write_bytes(JSON_PLAN)

    assert set(saved_plans(tmp_path)) == {"today", "plan.json"}


def test_other_files_are_no_plans(tmp_path):
    with zipfile.ZipFile(tmp_path / "plan.zip", "w") as archive:
        archive.writestr("readme", "no plan")
    (tmp_path / "schema.json").write_text(json.dumps({"format_version": "1.0", "provider_schemas": {}}))
    (tmp_path / "tfplan").mkdir()
    (tmp_path / "plan").write_text("what to do")
    (tmp_path / "empty").touch()
    (tmp_path / "dangling").symlink_to("nothing")

    assert list(saved_plans(tmp_path)) == []
