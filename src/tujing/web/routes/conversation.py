"""Addresses: what people say about an object, and what they give each other to do."""

from __future__ import annotations

from django.urls import path

from tujing.web.views import conversation

urlpatterns = [
    path("conversation/of/<slug:kind>/<path:key>/", conversation.thread, name="conversation"),
    path("conversation/history/<slug:kind>/<path:key>/", conversation.history, name="conversation_history"),
    path("conversation/go/<slug:kind>/<path:key>/", conversation.go, name="conversation_go"),
    path("conversation/say/<slug:kind>/<path:key>/", conversation.say, name="conversation_say"),
    path("conversation/follow/<slug:kind>/<path:key>/", conversation.follow, name="conversation_follow"),
    path("conversation/assign/<slug:kind>/<path:key>/", conversation.assign, name="conversation_assign"),
    path("conversation/people/", conversation.people, name="conversation_people"),
    path("conversation/comments/<int:comment>/edit/", conversation.edit, name="conversation_edit"),
    path("conversation/comments/<int:comment>/remove/", conversation.remove, name="conversation_remove"),
    path("conversation/comments/<int:comment>/restore/", conversation.restore, name="conversation_restore"),
    path("conversation/assignments/<int:assignment>/settle/", conversation.settle, name="conversation_settle"),
    path("conversation/assignments/<int:assignment>/withdraw/", conversation.withdraw, name="conversation_withdraw"),
]
