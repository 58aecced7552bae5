"""The pages of the company and its people: edited, taken back, exported and read in again, led as a group."""

from __future__ import annotations

from io import BytesIO

import pytest
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from openpyxl import load_workbook
from tests.web.conftest import PASSWORD, factory

from tujing.enterprise.models import Change, GroupLink, Membership, OwnRole, Role
from tujing.enterprise.services import add_member, role_of

PROFILE = {
    "name_zh": "新名",
    "name_en": "New name",
    "industry": "C3812 电动机制造",
    "staff": "300",
    "revenue": "150000000",
    "production_type": "process",
    "chain_role": "leader",
}


@pytest.fixture(autouse=True)
def unlimited(db):
    cache.clear()


@pytest.fixture
def company():
    return factory("company", "甲公司", "Company A")


@pytest.fixture
def member(company, django_user_model):
    def make(name, role, organisation=company):
        user = django_user_model.objects.create_user(name, email=f"{name}@example.com", password=PASSWORD)
        add_member(organisation, user, role)
        return user

    return make


@pytest.fixture
def client(member):
    made = Client(headers={"accept-language": "zh-hans"})
    made.force_login(member("owner", Role.OWNER))
    return made


def test_the_profile_is_edited_and_taken_back(client, company):
    assert 'value="甲公司"' in client.get(reverse("people_profile")).content.decode()
    client.post(reverse("people_profile"), PROFILE)
    company.refresh_from_db()
    assert company.name["zh"] == "新名" and company.profile.staff == 300
    page = client.get(reverse("people_changes")).content.decode()
    assert ": 260</div>" in page and ": 300</div>" in page and "甲公司" in page
    client.post(reverse("people_undo", args=[Change.objects.get().pk]))
    company.refresh_from_db()
    company.profile.refresh_from_db()
    assert company.name["zh"] == "甲公司" and company.profile.staff == 260


@pytest.mark.parametrize("broken", [{"staff": "三百"}, {"revenue": "1e999999"}, {"revenue": "nan"}, {"industry": "X1"}])
def test_a_broken_profile_keeps_what_was_typed(client, company, broken):
    refused = client.post(reverse("people_profile"), PROFILE | broken)
    assert refused.status_code == 422 and 'value="新名"' in refused.content.decode()
    company.refresh_from_db()
    assert company.name["zh"] == "甲公司" and not Change.objects.exists()


def test_a_role_of_ones_own_stands_in_the_table_and_is_given(client, company, member):
    form = {"code": "lead", "name_zh": "质量主管", "base": "department_head", "actions": ["view", "run"]}
    client.post(reverse("people_role_save"), form)
    assert "质量主管" in client.get(reverse("people_roles")).content.decode()
    user = member("zhou", Role.VIEWER)
    held = Membership.objects.get(user=user)
    client.post(reverse("people_assign", args=[held.pk]), {"role": "own:lead", "department": "质量部"})
    assert "质量主管" in client.get(reverse("people_members")).content.decode()
    worker = Client(headers={"accept-language": "zh-hans"})
    worker.force_login(user)
    assert worker.get(reverse("people_profile")).status_code == 403
    client.post(reverse("people_role_save"), form | {"actions": ["view", "administer"]})
    assert worker.get(reverse("people_profile")).status_code == 200, "a role's change counts at once"
    refused = client.post(reverse("people_role_delete", args=["lead"]))
    assert refused.status_code == 422 and OwnRole.objects.exists()


def test_a_change_of_role_counts_at_the_next_page(client, company, member):
    user = member("zhou", Role.OWNER)
    other = Client(headers={"accept-language": "zh-hans"})
    other.force_login(user)
    assert other.get(reverse("people_security")).status_code == 200
    client.post(reverse("people_assign", args=[Membership.objects.get(user=user).pk]), {"role": "viewer"})
    assert other.get(reverse("people_security")).status_code == 403
    client.post(reverse("people_remove", args=[Membership.objects.get(user=user).pk]))
    assert other.get(reverse("people")).url == reverse("account_welcome")


@pytest.mark.parametrize("ending", ["csv", "xlsx"])
def test_what_is_exported_is_read_in_again(client, company, member, ending):
    user = member("zhou", Role.VIEWER)
    add_member(company, user, Role.VIEWER, "=质量部")
    content = client.get(reverse("people_export", args=[ending])).content
    address = reverse("people_read_in")
    unchanged = client.post(address, {"file": SimpleUploadedFile(f"m.{ending}", content)}, follow=True)
    assert "0 位成员有变化" in unchanged.content.decode()
    assert Membership.objects.get(user=user).department == "=质量部"
    if ending == "csv":
        changed = content.decode("utf-8-sig").replace("viewer", "manager").encode("gb18030")
    else:
        book = load_workbook(BytesIO(content))
        next(row for row in book.active.iter_rows() if row[0].value == "zhou")[1].value = "manager"
        out = BytesIO()
        book.save(out)
        changed = out.getvalue()
    client.post(address, {"file": SimpleUploadedFile(f"m.{ending}", changed)})
    assert role_of(user, company) == "manager"


def test_a_broken_list_names_its_rows_and_changes_nothing(client, company, member):
    user = member("zhou", Role.VIEWER)
    text = "account,role,department\nzhou,manager,质量部\n\nnobody,viewer,\nzhou,king,\n"
    refused = client.post(reverse("people_read_in"), {"file": SimpleUploadedFile("m.csv", text.encode())})
    words = refused.content.decode()
    assert refused.status_code == 422 and "m.csv，第 4 行" in words and "m.csv，第 5 行" in words
    assert role_of(user, company) == "viewer"
    assert "m.csv，第 2 行" not in words, "a blank line counts, as in a spreadsheet"
    for name, content in (("m.xlsx", b"no workbook"), ("m.csv", b"a,b\n1,2\n"), ("m.csv", b"")):
        assert client.post(reverse("people_read_in"), {"file": SimpleUploadedFile(name, content)}).status_code == 422


def test_a_list_of_members_asks_the_same_however_long(client, company, member, django_assert_max_num_queries):
    for number in range(30):
        member(f"person-{number}", Role.VIEWER)
    with django_assert_max_num_queries(16):
        page = client.get(reverse("people_members"), {"q": "person-2"}).content.decode()
    assert "person-29" in page and "person-11" not in page


def test_a_company_joins_a_group_after_seeing_what_it_grants(client, company, member):
    child = factory("child", "乙公司", "Company B")
    theirs = Client(headers={"accept-language": "zh-hans"})
    theirs.force_login(member("child-owner", Role.OWNER, child))
    made = client.post(reverse("people_group_offer"), {"actions": ["view"]}).content.decode()
    code = made[made.index("readonly>") + 9 : made.index("</textarea>")]
    asked = theirs.post(reverse("people_group_join"), {"code": code}).content.decode()
    assert "甲公司" in asked and not GroupLink.objects.exists()
    theirs.post(reverse("people_group_join"), {"code": code, "confirmed": "on"})
    assert "乙公司" in client.get(reverse("organisations")).content.decode()
    theirs.post(reverse("people_group_leave", args=[child.pk]))
    assert "乙公司" not in client.get(reverse("organisations")).content.decode()


def test_a_consultant_sees_all_clients_and_goes_to_one(company, member, django_user_model):
    user = member("consultant", Role.CONSULTANT)
    for number in range(25):
        add_member(factory(f"client-{number:02}", f"客户{number:02}", f"Client {number:02}"), user, Role.CONSULTANT)
    client = Client(headers={"accept-language": "zh-hans"})
    client.force_login(user)
    page = client.get(reverse("organisations")).content.decode()
    assert "客户00</th>" in page and "客户24</th>" not in page and "第 1 / 2 页" in page
    assert "客户24</th>" in client.get(reverse("organisations"), {"q": "客户24"}).content.decode()
    assert client.get(reverse("organisations_new")).status_code == 422, "who owns none founds none"


def test_an_owner_adds_a_company_that_stays_apart(client):
    assert client.post(reverse("organisations_new"), PROFILE).url == reverse("home")
    assert "新名" in client.get(reverse("people")).content.decode()
    assert [one.user.username for one in Membership.objects.filter(organisation__name__zh="新名")] == ["owner"]
