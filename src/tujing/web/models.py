"""What the site itself keeps: failed sign-ins, counted alike by every server process; used codes; who was here."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from tujing.enterprise.models import Organisation


class FailedSignIn(models.Model):
    """One wrong password or code. The account is kept as typed, in lower case, whether or not it exists."""

    kind = models.CharField(max_length=8, choices=[("password", "password"), ("code", "code")], default="password")
    account = models.CharField(max_length=150, db_index=True)
    address = models.GenericIPAddressField(null=True, db_index=True)
    at = models.DateTimeField(auto_now_add=True, db_index=True)


class Visit(models.Model):
    """When a person was last on the overview of a company, and whether they have been shown round."""

    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="visits")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="visits")
    last = models.DateTimeField()
    before = models.DateTimeField(null=True)
    """The end of the visit before this one: what is newer is new to them."""
    toured = models.DateTimeField(null=True)
    """When the tour was finished or skipped."""

    class Meta:
        constraints = [models.UniqueConstraint(fields=["organisation", "person"], name="one_visit_each")]
