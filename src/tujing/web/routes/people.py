"""Addresses: the company and its people."""

from __future__ import annotations

from django.urls import path

from tujing.web.views import (
    organisations,
    people,
    people_group,
    people_invitations,
    people_members,
    people_roles,
    people_security,
)

urlpatterns = [
    path("people/", people.page, name="people"),
    path("people/profile/", people.profile, name="people_profile"),
    path("people/members/", people_members.page, name="people_members"),
    path("people/members/in/", people_members.read_in, name="people_read_in"),
    path("people/members.<listing:ending>", people_members.export, name="people_export"),
    path("people/members/<int:membership>/", people_members.assign, name="people_assign"),
    path("people/members/<int:membership>/remove/", people_members.remove, name="people_remove"),
    path("people/members/<int:membership>/recover/", people_members.recover, name="people_recover"),
    path("people/invitations/", people_invitations.page, name="people_invitations"),
    path("people/invitations/<uuid:invitation>/resend/", people_invitations.resend, name="people_resend"),
    path("people/invitations/<uuid:invitation>/revoke/", people_invitations.revoke, name="people_revoke"),
    path("people/roles/", people_roles.page, name="people_roles"),
    path("people/roles/save/", people_roles.save, name="people_role_save"),
    path("people/roles/<slug:own_role>/delete/", people_roles.delete, name="people_role_delete"),
    path("people/security/", people_security.page, name="people_security"),
    path("people/security/policy/", people_security.policy, name="people_policy"),
    path("people/security/sign-on/", people_security.sign_on, name="people_sign_on"),
    path("people/group/", people_group.page, name="people_group"),
    path("people/group/offer/", people_group.offer, name="people_group_offer"),
    path("people/group/join/", people_group.join, name="people_group_join"),
    path("people/group/<uuid:child>/leave/", people_group.leave, name="people_group_leave"),
    path("people/changes/", people.changes, name="people_changes"),
    path("people/changes/<int:change>/undo/", people.undo, name="people_undo"),
    path("organisations/", organisations.page, name="organisations"),
    path("organisations/new/", organisations.found, name="organisations_new"),
]
