"""What a notebook shows of a recording."""

from __future__ import annotations

from base64 import b64decode
from html.parser import HTMLParser

import attrs
import pytest

from hillstone_ccc import Player, RecordingNotReadyError
from hillstone_ccc._player import card, refusal

SOUND = b"RIFF\x00\xff" + bytes(range(256))
LINK = "https://store.example/a.wav?Expires=1&Signature=example\"'<>"


@attrs.define
class Shown(HTMLParser):
    """What a browser makes of it.

    Attributes:
        tags: Each element in turn, with its attributes.
        text: All that is written.
    """

    tags: list[tuple[str, dict[str, str | None]]] = attrs.field(factory=list)
    text: str = ""

    def __attrs_post_init__(self) -> None:
        super().__init__()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.text += data


def _shown(html: str) -> Shown:
    shown = Shown()
    shown.feed(html)
    shown.close()
    return shown


def _source(player: Player) -> str:
    ((_, audio),) = [one for one in _shown(player.html()).tags if one[0] == "audio"]
    assert "controls" in audio
    return audio["src"] or ""


def test_the_sound_is_in_the_page() -> None:
    """The player holds the very bytes, and no address."""
    source = _source(Player("a.wav", "audio/wav", 75, SOUND))
    kind, _, data = source.partition(",")
    assert "data:audio/wav;base64" == kind
    assert SOUND == b64decode(data, validate=True)


def test_a_notebook_shows_the_same() -> None:
    """Jupyter asks for it under a name of its own."""
    player = Player("a.wav", "audio/wav", 75, SOUND)
    assert player.html() == player._repr_html_()


def test_a_link_stands_there_only_where_one_was_given() -> None:
    """Then it is whole, and the sound is not there."""
    assert LINK == _source(Player("a.wav", "audio/wav", 75, link=LINK))
    assert LINK == _source(Player("a", None, None, link=LINK))
    assert "http" not in Player("a.wav", "audio/wav", 75, SOUND).html()


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (b"RIFF\x24\x00", "audio/wav"),
        (b"ID3\x04\x00", "audio/mpeg"),
        (b"\xff\xfb\x90\x00", "audio/mpeg"),
        (b"anything else", "audio/wav"),
        (b"", "audio/wav"),
        (b" RIFF", "audio/wav"),
    ],
)
def test_the_first_bytes_tell_the_kind_where_the_name_does_not(data: bytes, kind: str) -> None:
    """What they do not tell is taken for the usual kind."""
    assert _source(Player("a", None, None, data)).startswith(f"data:{kind};base64,")


def test_the_name_tells_the_kind_first() -> None:
    """What the bytes would tell does not count then."""
    assert _source(Player("a.mp3", "audio/mpeg", None, SOUND)).startswith("data:audio/mpeg;")


@pytest.mark.parametrize(
    "player",
    [
        Player("a.mkv", "audio/x-matroska", 75, SOUND),
        Player("a.mkv", "audio/x-matroska", 75, link=LINK),
        Player("a.mkv", None, 75, b"\x1aE\xdf\xa3\x01"),
        Player("a.mkv", "audio/ogg", 75, SOUND),
    ],
)
def test_what_no_browser_plays_is_a_sentence(player: Player) -> None:
    """It says what to do, and holds neither sound nor link."""
    shown = _shown(player.html())
    assert ["p", "br", "em"] == [tag for tag, _ in shown.tags]
    assert "a.mkv · 1:15Browsers do not play this kind of file: take track='mono', or download it." == shown.text
    assert "example" not in player.html()


@pytest.mark.parametrize(
    ("duration", "told"),
    [(None, "a.wav"), (0, "a.wav · 0:00"), (9, "a.wav · 0:09"), (60, "a.wav · 1:00"), (3671, "a.wav · 61:11")],
)
def test_the_caption_is_the_name_and_the_time(duration: int | None, told: str) -> None:
    """Minutes and seconds, if the upstream told."""
    assert told == _shown(Player("a.wav", None, duration, SOUND).html()).text


def test_a_name_is_text_and_nothing_else() -> None:
    """What would be HTML in it is shown as it is written."""
    name = "<script>alert('1')</script> & \"录音\".wav"
    for html in (
        Player(name, None, None, SOUND).html(),
        Player(name, "audio/x-matroska", None, SOUND).html(),
        refusal(name, None, RecordingNotReadyError("none")),
    ):
        shown = _shown(html)
        assert shown.text.startswith(name)
        assert "script" not in [tag for tag, _ in shown.tags]


def test_a_reason_is_text_and_nothing_else() -> None:
    """An error's words are shown with its advice, whatever they are."""
    error = RecordingNotReadyError("<b>none</b>", advice="Wait & see.")
    assert "a.wav · 0:02<b>none</b> Wait & see." == _shown(refusal("a.wav", 2, error)).text
    assert refusal("a.wav", 2, error) == card("a.wav", 2, "<b>none</b> Wait & see.")


def test_what_is_printed_shows_no_link_and_no_sound() -> None:
    """Only how much there is."""
    assert "Player('a.wav', a link)" == repr(Player("a.wav", None, None, link=LINK))
    assert "Player('a.wav', a link)" == str(Player("a.wav", None, None, link=""))
    assert "Player('a.wav', 1,234,567 bytes)" == repr(Player("a.wav", None, None, bytes(1_234_567)))
