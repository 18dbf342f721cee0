"""Refusals that tell of no permission: each with the check that must name it, and words of the remedy."""

from __future__ import annotations

import attrs

from .set_ups import SetUp, instead, posing, said

REFUSALS: dict[str, SetUp] = {
    "answer of odd bytes when it is asked": SetUp(
        lambda w: instead(w, attrs.evolve(said("OK", 200), headers={"Content-Encoding": "gzip"})),
        "endpoint",
        "a request that says who asks",
        "the network",
    ),
    "action that nobody knows": SetUp(
        lambda w: posing(w, lambda _: said("InvalidAction.NotFound", 404)), "endpoint", "InvalidAction", "region_id"
    ),
    "action that nobody who asks knows": SetUp(
        lambda w: instead(w, said("InvalidAction.NotFound", 404)), "endpoint", "InvalidAction", "region_id"
    ),
    "one action that nobody knows": SetUp(
        lambda w: instead(w, said("InvalidAction.NotFound", 404), "GetUser"), "ccc:GetUser", "InvalidAct", "region_id"
    ),
    "nothing there at all": SetUp(
        lambda w: posing(w, lambda _: said("NotFound", 404)), "endpoint", "NotFound", "region_id"
    ),
    "parts that do not arrive": SetUp(
        lambda w: posing(w, lambda _: said("MissingAccessKeyId", 400)), "signature", "MissingAccess", "takes parts off"
    ),
    "token that does not arrive": SetUp(
        lambda w: posing(w, lambda _: said("MissingSecurityToken", 400)), "signature", "MissingSec", "takes parts off"
    ),
    "parameter that does not arrive": SetUp(
        lambda w: posing(w, lambda _: said("MissingParameter", 400)), "signature", "MissingPar", "takes parts off"
    ),
    "refusal that nobody knows": SetUp(
        lambda w: posing(w, lambda _: said("Whatever.Else", 400)), "signature", "Whatever.Else", "ticket"
    ),
    "one refusal that nobody knows": SetUp(
        lambda w: instead(w, said("Whatever.Else", 400), "GetUser"), "ccc:GetUser", "Whatever.Else", "ticket"
    ),
    "refusal of each value": SetUp(
        lambda w: posing(w, lambda _: said("Parameter.Format", 400)), "instance", "Parameter.Format", "lists anything"
    ),
    "disabled access key": SetUp(
        lambda w: instead(w, said("Forbidden.AccessKeyDisabled", 403)), "signature", "KeyDisabled", "Enable the access"
    ),
    "disabled user": SetUp(
        lambda w: instead(w, said("UserDisable", 403)), "signature", "UserDisable", "Enable the key's RAM user"
    ),
    "throttled for years": SetUp(
        lambda w: instead(w, attrs.evolve(said("Throttling", 400), headers={"Retry-After": "99999999"})),
        "throttling",
        "in 27,778 h",
        "quota",
    ),
    "throttled for minutes": SetUp(
        lambda w: instead(w, attrs.evolve(said("Throttling", 400), headers={"Retry-After": "300"})),
        "throttling",
        "in 5 min",
        "quota",
    ),
}
"""By a name for people."""
