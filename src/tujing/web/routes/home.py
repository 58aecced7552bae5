"""Addresses: overview."""

from __future__ import annotations

from django.urls import path

from tujing.web.views import home

urlpatterns = [
    path("", home.page, name="home"),
    path("overview/trends/", home.trends, name="home_trends"),
    path("overview/clients/", home.clients, name="home_clients"),
    path("overview/tour/", home.tour_steps, name="home_tour"),
    path("overview/tour/end/", home.tour_ended, name="home_tour_ended"),
]
