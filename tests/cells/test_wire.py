from __future__ import annotations

from k2lab.cells.wire import without_secrets


def test_what_looks_like_a_secret_stays_out():
    secrets = (
        "MOONSHOT_API_KEY",
        "K2LAB_API_KEY",
        "openai_apikey",
        "HF_TOKEN",
        "AWS_SECRET_ACCESS_KEY",
        "PGPASSWORD",
        "DB_PASSWD",
    )
    others = {"PATH": "/bin", "HOME": "/home/ada", "K2LAB_MODEL": "kimi-k2", "LANG": "C.UTF-8", "KEYBOARD": "us"}

    assert without_secrets({**dict.fromkeys(secrets, "x"), **others}) == others
