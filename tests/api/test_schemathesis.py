"""Every operation is asked at random, also for what it does not allow, and answers as described.

schemathesis.toml says how, and which checks are left out for which reason.
"""

import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings

from tests.api.test_openapi import full  # noqa: F401 - a fixture

PROGRAM = Path(sys.executable).with_name("schemathesis")
CONFIGURATION = settings.BASE_DIR / "schemathesis.toml"


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    "phases",
    [
        # Some 400 cases, and some 6,000.
        ["--phases", "examples,fuzzing", "--max-examples", "5"],
        pytest.param(
            ["--phases", "examples,coverage,fuzzing,stateful", "--max-examples", "60"],
            marks=pytest.mark.slow,
        ),
    ],
    ids=["few", "many"],
)
def test_nothing_that_is_asked_at_random_is_answered_otherwise_than_described(
    phases,
    full,  # noqa: F811
    live_server,
    tmp_path,
):
    done = subprocess.run(
        [PROGRAM, "--config-file", CONFIGURATION, "run", f"{live_server.url}/api/v1/openapi.json"]
        + [*phases, "--no-color"],
        capture_output=True,
        text=True,
        cwd=tmp_path,  # it leaves a folder with what it saw
    )
    assert done.returncode == 0, done.stdout[-20_000:] + done.stderr
    assert "Tested: " in done.stdout
