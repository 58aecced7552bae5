"""Who is let in by the API's door, how often, and what happens when something is asked twice."""

from __future__ import annotations

import threading
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone

from tujing.api import limits
from tujing.api.models import Counted, KeptAnswer
from tujing.diagnosis.models import Assessment
from tujing.enterprise.models import Membership, Role
from tujing.enterprise.services import add_member
from tujing.problems import BadInput
from tujing.tokens import services as tokens
from tujing.tokens.models import ApiToken

ASSESSMENTS = "/api/v1/assessments"
PROFILE = "/api/v1/organisation/profile"


@pytest.fixture
def person(other_works, django_user_model):
    user = django_user_model.objects.create_user("api-owner")
    add_member(other_works, user, Role.OWNER)
    return user


@pytest.fixture
def bearer(other_works, person):
    """Returns a client with a token of some actions, by default all."""

    def made(*actions: str, **headers: str) -> Client:
        wanted = actions or tokens.grantable(other_works, person)
        _token, secret = tokens.make(other_works, person, "test", wanted, 30)
        return Client(headers={"authorization": f"Bearer {secret}", **headers})

    return made


def post(client: Client, path: str, content: object, **headers: str):
    return client.post(path, content, content_type="application/json", headers=headers)


def test_without_credentials_or_with_wrong_ones_one_is_told_how_and_sees_nothing(other_works):
    for client in (Client(), Client(headers={"authorization": "Bearer tj_00000000_wrong"})):
        response = client.get("/api/v1/me")
        assert response.status_code == 401 and response["Content-Type"] == "application/problem+json"
        assert response["WWW-Authenticate"].startswith("Bearer")
        assert "乙厂专用名" not in response.content.decode()
    basic = Client(headers={"authorization": "Basic YTpi"}).get("/api/v1/me")
    assert basic.status_code == 401


def test_a_token_is_kept_as_a_hash_only_and_says_whose_it_is(other_works, person, bearer):
    client = bearer("view")
    told = client.get("/api/v1/me").json()
    assert told["account"] == "api-owner" and told["actions"] == ["view"]
    kept = ApiToken.objects.get()
    assert told["token"] == kept.prefix and kept.last_used is not None
    secret = client.defaults["HTTP_AUTHORIZATION"].partition(" ")[2]
    assert secret not in str(vars(kept)) and len(secret) > 40


def test_a_token_does_what_its_scope_lets_it_and_what_its_owner_may_today(other_works, person, bearer):
    reading, all_of_it = bearer("view"), bearer()
    refused = post(reading, ASSESSMENTS, {})
    assert refused.status_code == 403 and refused.json()["type"].endswith("beyond_scope")
    assert post(all_of_it, ASSESSMENTS, {}).status_code == 201
    Membership.objects.filter(user=person).update(role=Role.VIEWER)
    assert post(all_of_it, ASSESSMENTS, {}).status_code == 403
    assert all_of_it.get("/api/v1/me").json()["actions"] == ["view"]
    Membership.objects.filter(user=person).delete()
    assert reading.get("/api/v1/me").status_code == 401


@pytest.mark.parametrize(
    "change",
    [
        {"expires": timezone.now() - timedelta(seconds=1)},
        {"revoked": timezone.now()},
        {"digest": "0" * 64},
    ],
)
def test_a_token_that_is_over_lets_nobody_in(bearer, change):
    client = bearer("view")
    ApiToken.objects.update(**change)
    assert client.get("/api/v1/me").status_code == 401


def test_nobody_makes_a_token_that_may_more_than_they(other_works, person):
    Membership.objects.filter(user=person).update(role=Role.VIEWER)
    with pytest.raises(BadInput) as refused:
        tokens.make(other_works, person, "greedy", ["view", "administer"], 30)
    assert refused.value.problems[0].code == "bad_scope"
    assert not ApiToken.objects.exists()


def test_a_token_speaks_for_its_own_company_only(other_works, organisation, person, bearer):
    add_member(organisation, person, Role.OWNER)
    assert bearer().get("/api/v1/me").json()["organisation"]["slug"] == other_works.slug


def test_a_browser_session_changes_something_only_with_its_csrf_token(other_works, person):
    client = Client(enforce_csrf_checks=True)
    client.force_login(person)
    assert client.get("/api/v1/me").json()["token"] is None
    refused = post(client, ASSESSMENTS, {})
    assert refused.status_code == 403 and refused.json()["type"].endswith("no_csrf")
    client.get("/account/tokens/")
    csrf = client.cookies["csrftoken"].value
    assert post(client, ASSESSMENTS, {}, **{"x-csrftoken": csrf}).status_code == 201


def test_the_page_of_tokens_shows_a_secret_once_and_takes_it_back(other_works, person):
    client = Client()
    client.force_login(person)
    page = client.post("/account/tokens/", {"name": "MES", "days": "30", "actions": ["view"]}).content.decode()
    secret = page.partition('<code class="secret" tabindex="0">')[2].partition("<")[0]
    assert Client(headers={"authorization": f"Bearer {secret}"}).get("/api/v1/me").status_code == 200
    assert secret not in client.get("/account/tokens/").content.decode()
    client.post(f"/account/tokens/{ApiToken.objects.get().pk}/revoke/")
    assert Client(headers={"authorization": f"Bearer {secret}"}).get("/api/v1/me").status_code == 401
    assert client.post("/account/tokens/", {"name": "", "days": "x"}).status_code == 422


def test_too_many_calls_are_told_when_to_come_back(bearer, monkeypatch):
    monkeypatch.setattr(limits, "PER_CALLER", 2)
    client = bearer("view")
    assert client.get("/api/v1/me")["RateLimit-Remaining"] == "1"
    assert client.get("/api/v1/me")["RateLimit-Remaining"] == "0"
    refused = client.get("/api/v1/me")
    assert refused.status_code == 429 and 1 <= int(refused["Retry-After"]) <= 60
    Counted.objects.update(minute=1)
    assert client.get("/api/v1/me").status_code == 200, "the next minute counts anew"


def test_guessing_of_tokens_is_slowed_by_address(db, monkeypatch):
    monkeypatch.setattr(limits, "PER_ADDRESS", 3)
    wrong = Client(headers={"authorization": "Bearer tj_00000000_wrong"})
    assert [wrong.get("/api/v1/me").status_code for _ in range(4)] == [401, 401, 401, 429]


def test_a_post_sent_twice_under_one_key_has_one_effect_and_one_answer(bearer):
    client = bearer()
    first = post(client, ASSESSMENTS, {}, **{"idempotency-key": "k-1"})
    again = post(client, ASSESSMENTS, {}, **{"idempotency-key": "k-1"})
    assert first.status_code == again.status_code == 201 and first.json() == again.json()
    assert again["Idempotency-Replayed"] == "true" and Assessment.objects.count() == 1
    other = post(client, ASSESSMENTS, {"instrument": "cmmm_2020"}, **{"idempotency-key": "k-1"})
    assert other.status_code == 409 and other.json()["type"].endswith("idempotency_key_reused")
    assert post(client, ASSESSMENTS, {}, **{"idempotency-key": "k-2"}).status_code == 201
    assert Assessment.objects.count() == 2
    KeptAnswer.objects.filter(key="k-1").update(created=timezone.now() - timedelta(hours=25))
    assert post(client, ASSESSMENTS, {}, **{"idempotency-key": "k-1"}).status_code == 201
    assert Assessment.objects.count() == 3, "after a day the key is free again"


def test_while_the_first_call_is_under_way_the_second_waits(bearer):
    client = bearer()
    post(client, ASSESSMENTS, {}, **{"idempotency-key": "k"})
    KeptAnswer.objects.update(status=None)
    waits = post(client, ASSESSMENTS, {}, **{"idempotency-key": "k"})
    assert waits.status_code == 409 and waits["Retry-After"] == "1"
    KeptAnswer.objects.update(created=timezone.now() - timedelta(minutes=11))
    assert post(client, ASSESSMENTS, {}, **{"idempotency-key": "k"}).status_code == 201, "the first one was killed"


def test_a_refusal_about_the_caller_is_not_kept(other_works, person, bearer):
    client = bearer()
    Membership.objects.filter(user=person).update(role=Role.VIEWER)
    assert post(client, ASSESSMENTS, {}, **{"idempotency-key": "k"}).status_code == 403
    Membership.objects.filter(user=person).update(role=Role.OWNER)
    assert post(client, ASSESSMENTS, {}, **{"idempotency-key": "k"}).status_code == 201


@pytest.mark.django_db(transaction=True)
def test_of_calls_at_once_under_one_key_one_takes_effect(bearer):
    clients = [bearer() for _ in range(4)]
    start, answers = threading.Barrier(len(clients)), []

    def call(client: Client) -> None:
        try:
            start.wait()
            answers.append(post(client, ASSESSMENTS, {}, **{"idempotency-key": "k"}).status_code)
        finally:
            connection.close()

    threads = [threading.Thread(target=call, args=[client]) for client in clients]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert Assessment.objects.count() == 1
    assert len(answers) == 4 and set(answers) <= {201, 409} and 201 in answers


def test_refusals_come_in_the_callers_language_and_name_the_key(bearer):
    chinese = bearer(**{"accept-language": "zh-hans"})
    english = bearer(**{"accept-language": "en"})
    body = {"budget": -5, "quarters": 12}
    told = [post(client, "/api/v1/plans", body).json() for client in (chinese, english)]
    assert told[0]["status"] == 422 and told[0]["problems"] == told[1]["problems"]
    assert told[0]["detail"] == told[0]["problems"][0]["zh"] and told[1]["detail"] == told[0]["problems"][0]["en"]
    unknown = post(english, "/api/v1/plans", {"budget": 1, "colour": "red"}).json()
    assert unknown["problems"][0]["key"].endswith("colour") and "not known" in unknown["detail"]


@pytest.mark.parametrize(
    "content", ['{"instrument": "a\\u0000b"}', '{"instrument": "\\ud800"}', '{"instrument": NaN}', "{", "[1", '"x"', ""]
)
def test_what_is_no_json_or_no_database_could_hold_is_refused(bearer, content):
    response = post(bearer(), ASSESSMENTS, content)
    assert response.status_code in (400, 422) and response.json()["problems"]


def test_who_edits_what_somebody_changed_meanwhile_is_told(bearer):
    client = bearer()
    read = client.get(PROFILE)
    tag, profile = read["ETag"], read.json()
    assert client.get(PROFILE, headers={"if-none-match": tag}).status_code == 304
    edit = {"content_type": "application/json", "headers": {"if-match": tag}}
    assert client.put(PROFILE, profile | {"staff": 261}, **edit).json()["staff"] == 261
    late = client.put(PROFILE, profile | {"staff": 262}, **edit)
    assert late.status_code == 412 and late.json()["type"].endswith("changed_meanwhile")
    assert client.get(PROFILE).json()["staff"] == 261


def test_two_who_change_one_answer_do_not_overwrite_each_other(bearer):
    client = bearer()
    number = post(client, ASSESSMENTS, {}).json()["id"]
    path = f"{ASSESSMENTS}/{number}/answers/S01"
    tag = client.get(path)["ETag"]
    edit = {"content_type": "application/json", "headers": {"if-match": tag}}
    assert client.put(path, {"value": {"level": 2}}, **edit).json()["answered"] == 1
    assert client.put(path, {"value": {"level": 1}}, **edit).status_code == 412
    assert client.get(path).json()["value"] == {"level": 2}


def test_addresses_that_are_no_operation_answer_as_the_api_does(bearer):
    client = bearer()
    for path in ("/api/v1/nowhere", "/api/v1/plans/999999", "/api/v1/plans/abc"):
        response = client.get(path)
        assert response.status_code == 404 and response["Content-Type"] == "application/problem+json", path
    response = client.delete("/api/v1/plans")
    assert response.status_code == 405 and response["Content-Type"] == "application/problem+json"
    assert set(response["Allow"].split(", ")) >= {"GET", "POST"} and response.json()["type"].endswith("not_allowed")


@pytest.mark.parametrize("path", ["/api/v1/plans?cycle=%00", "/api/v1/plans%00", "/api/v1/elements/a%00b"])
def test_a_null_character_in_an_address_is_refused_as_the_api_refuses(bearer, path):
    response = bearer().get(path)
    assert response.status_code == 400 and response["Content-Type"] == "application/problem+json"
    assert response.json()["type"].endswith("null_character")


def test_the_reference_page_shows_every_operation_under_the_sites_policy(db):
    page = Client().get("/api/")
    assert "script-src 'self'" in page["Content-Security-Policy"]
    text = page.content.decode()
    from tujing.api.site import openapi

    for operations in openapi()["paths"].values():
        for one in operations.values():
            assert f'id="{one["operationId"]}"' in text
    assert "<script src=" in text and " style=" not in text
    assert Client().get("/api/v1/openapi.json").json()["openapi"] == "3.1.0"
