"""Tokens. Only a hash is kept: whoever reads the database cannot call the API with what it holds."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from tujing.enterprise.models import Organisation


class ApiToken(models.Model):
    """One token of one person in one organisation."""

    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="api_tokens")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="api_tokens")
    name = models.CharField(max_length=80)
    prefix = models.CharField(max_length=12, unique=True)
    """First characters of the secret, by which people and the look-up tell tokens apart."""
    digest = models.CharField(max_length=64)
    """SHA-256 of the whole secret. The secret has 256 random bits, so that a slow hash would add nothing."""
    actions = models.JSONField(default=list)
    """Actions of `enterprise/rules/permissions.yaml` that it lets through, as far as its owner may do them."""
    created = models.DateTimeField(auto_now_add=True)
    expires = models.DateTimeField()
    last_used = models.DateTimeField(null=True, blank=True)
    revoked = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-created", "-id"]
        indexes = [models.Index(fields=["organisation", "user"], name="token_owner")]

    def __str__(self) -> str:
        return f"{self.prefix} {self.name}"
