"""Secrets at rest: a purpose has its own key, and a change of the installation's secret loses nothing."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tujing.enterprise.sealing_services import PREFIX, renew, seal, unseal
from tujing.problems import BadInput


@given(st.text(max_size=300), st.sampled_from(["totp", "sign_on"]))
def test_what_is_sealed_opens_again_and_shows_nothing(text, purpose):
    sealed = seal(text, purpose)
    assert unseal(sealed, purpose) == text and sealed.startswith(PREFIX)
    assert len(text) < 8 or text not in sealed


def test_two_seals_of_one_text_differ():
    assert seal("a", "totp") != seal("a", "totp")


@pytest.mark.parametrize("broken", ["", "plain text", PREFIX, PREFIX + "x" * 120, "sealed:9:abc"])
def test_what_is_no_seal_is_refused_with_a_sentence(broken):
    with pytest.raises(BadInput) as refusal:
        unseal(broken, "totp")
    assert refusal.value.problems[0].code == "seal_unreadable"


def test_a_seal_opens_for_its_purpose_only_and_not_when_changed():
    sealed = seal("seed", "totp")
    changed = sealed[:-5] + ("A" if sealed[-5] != "A" else "B") + sealed[-4:]
    for other, purpose in ((sealed, "sign_on"), (changed, "totp")):
        with pytest.raises(BadInput):
            unseal(other, purpose)


def test_a_new_secret_reads_old_seals_and_renews_them(settings):
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = "the old secret", []
    old = seal("seed", "totp")
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = "the new secret", ["the old secret"]
    fresh = renew(old, "totp")
    assert unseal(old, "totp") == unseal(fresh, "totp") == "seed"
    settings.SECRET_KEY_FALLBACKS = []
    assert unseal(fresh, "totp") == "seed"
    with pytest.raises(BadInput):
        unseal(old, "totp")
