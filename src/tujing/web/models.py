"""Failed sign-ins, counted in the database so that every server process sees the same count; sign-in codes used."""

from __future__ import annotations

from django.db import models


class FailedSignIn(models.Model):
    """One wrong password or code. The account is kept as typed, in lower case, whether or not it exists."""

    kind = models.CharField(max_length=8, choices=[("password", "password"), ("code", "code")], default="password")
    account = models.CharField(max_length=150, db_index=True)
    address = models.GenericIPAddressField(null=True, db_index=True)
    at = models.DateTimeField(auto_now_add=True, db_index=True)
