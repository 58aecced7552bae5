"""Comments, assignments and who follows what. The object is told by kind and key, as in `tujing.notices.about`."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from tujing.enterprise.models import Organisation
from tujing.notices.about import LONGEST_KEY


class Comment(models.Model):
    """What a person said about an object. A removed one stays, so that its author can bring it back."""

    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="comments")
    about_kind = models.CharField(max_length=20)
    about_key = models.CharField(max_length=LONGEST_KEY)
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="comments")
    text = models.TextField()
    created = models.DateTimeField(auto_now_add=True)
    edited = models.DateTimeField(null=True, blank=True)
    removed = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["created", "id"]
        indexes = [models.Index(fields=["organisation", "about_kind", "about_key", "created"], name="comment_object")]


class Assignment(models.Model):
    """Something about an object that a person is to do by a day."""

    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="assignments")
    about_kind = models.CharField(max_length=20)
    about_key = models.CharField(max_length=LONGEST_KEY)
    about_name = models.JSONField()
    """`{"zh", "en"}`: the object's name when it was given."""
    assignee = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="assignments")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    task = models.CharField(max_length=200)
    due = models.DateField(null=True, blank=True)
    """Last day."""
    created = models.DateTimeField(auto_now_add=True)
    done = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["created", "id"]
        indexes = [
            models.Index(fields=["organisation", "about_kind", "about_key", "created"], name="assignment_object"),
            models.Index(fields=["organisation", "assignee", "done", "due"], name="assignment_person"),
        ]


class Follower(models.Model):
    """A person who is told of new comments on an object."""

    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="followers")
    about_kind = models.CharField(max_length=20)
    about_key = models.CharField(max_length=LONGEST_KEY)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="follows")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organisation", "about_kind", "about_key", "person"], name="follows_once")
        ]
