"""What a person reads of a fault, in both languages: one line, with its mend, and no English left in the Chinese."""

from __future__ import annotations

import re

import pytest

from k2lab.conversation.messages import Message
from k2lab.errors import ProviderError
from k2lab.locale import use_language
from k2lab.provider.profiles import catalogue
from k2lab.provider.server import ServerProvider
from tests.servers.k2 import K2Server
from tests.servers.replies import FAULTS, Streamed

ASKED = (Message(role="user", text="q"),)
CUT = Streamed(message=Message(role="assistant", text="word " * 50), cut=0.5)


def line(said, **more) -> str:
    with K2Server(said, forever=True) as server:
        provider = ServerProvider(
            model="kimi-k2.6", base_url=server.url, key="sk-x", sleep=lambda seconds: None, attempts=1, **more
        )
        with pytest.raises(ProviderError) as caught:
            list(provider.stream(ASKED, ()))
    return str(caught.value)


@pytest.mark.parametrize("fault", [*FAULTS, "cut"])
def test_each_fault_is_told_in_the_persons_language(fault):
    said = CUT if fault == "cut" else FAULTS[fault]
    english = line(said)
    use_language("zh")
    try:
        chinese = line(said)
    finally:
        use_language("en")

    assert not re.search("[\u4e00-\u9fff]", english)
    ours = re.sub("“.*?”|K2LAB_[A-Z_]+|HTTPS_PROXY|OpenAI|JSON|-m offline|k2lab models|kimi-[a-z0-9.]+", "", chinese)
    assert not re.search("[A-Za-z]{2,} [A-Za-z]{2,}", ours), chinese
    for text in (english, chinese):
        assert text.isprintable()
        assert "<" not in text
        assert len(text) < 600
    assert english.endswith((".", "?")), english
    assert chinese.endswith(("。", "？")), chinese


def test_a_key_of_the_other_region_is_said(tmp_path):
    known = catalogue()
    here = known.hosts["api.moonshot.ai"]
    with K2Server(key="sk-right-0123456789abcdef") as server:
        moonshot = type(known)(checked=known.checked, models=known.models, hosts={**known.hosts, "127.0.0.1": here})
        provider = ServerProvider(model="kimi-k2.6", base_url=server.url, key="sk-of-the-other-site", known=moonshot)
        with pytest.raises(ProviderError) as caught:
            list(provider.stream(ASKED, ()))

    assert str(caught.value) == (
        "127.0.0.1 does not accept this key. Check it at platform.kimi.ai. Keys are not shared between regions: "
        "if yours is from the other one, set K2LAB_BASE_URL=https://api.moonshot.cn/v1"
    )
