"""The upstream's words."""

import copy
import pickle

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hillstone_ccc._core.vocabulary import ContactType, Disposition, EventName, MediaType, OpenEnum, RoleName

from .strategies import trimmed

kinds = st.sampled_from(OpenEnum.__subclasses__())


@given(kinds, trimmed)
def test_any_word_is_a_value_of_its_kind(kind: type[OpenEnum], text: str) -> None:
    """Every text is a value of the class: a member if some spelling of it is listed, else the text itself."""
    word = kind(text)
    assert isinstance(word, kind)
    assert word in list(kind) if word.known else text == word == str(word) == f"{word}" == word.value
    assert word == kind(str(word))
    assert hash(word) == hash(str(word))


@given(kinds.flatmap(lambda kind: st.sampled_from(list(kind)) | trimmed.map(kind)))
def test_words_are_pickled_and_copied(word: OpenEnum) -> None:
    """Listed or not, a word survives pickling and copying, members as themselves."""
    for twin in (pickle.loads(pickle.dumps(word)), copy.copy(word), copy.deepcopy(word)):
        assert (word, type(word), word.known) == (twin, type(twin), twin.known)
        assert not word.known or twin is word


def test_how_words_look() -> None:
    """A member prints as V1's word, and its repr tells whether it is listed."""
    assert "PrivacyDial" == str(ContactType.PRIVACY_DIAL) == f"{ContactType('PRIVACY_DIAL')}"
    assert "ContactType.PRIVACY_DIAL" == repr(ContactType("_privacy_dial"))
    assert "ContactType('Hologram')" == repr(ContactType("Hologram"))
    assert "  AUDIO" == f"{MediaType.AUDIO:>7}"


def test_slips_of_the_documents() -> None:
    """A misspelt role and a word with a blank are what they mean; two spellings of queuing stay two words."""
    assert RoleName.MANAGER is RoleName("Mannager")
    assert Disposition.SUCCESS is Disposition("Success ")
    assert not EventName("QueuingTimeout").known
    assert Disposition("QueuingTimeout").known


@pytest.mark.parametrize("value", [None, 1, 1.5, b"Inbound", ["Inbound"]])
def test_only_text_is_a_word(value: object) -> None:
    """What is no text is refused with the class's name."""
    with pytest.raises(TypeError, match="ContactType takes text, not "):
        ContactType(value)


@given(kinds)
def test_words_of_a_kind_are_distinct_whatever_their_case(kind: type[OpenEnum]) -> None:
    """No two members of a kind have a spelling in common."""
    assert len(kind) == len({str(word).replace("_", "").upper() for word in kind})
